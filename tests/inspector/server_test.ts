/** What the inspector answers, and to whom. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { get } from "node:http";
import { admit } from "../../inspector/admit.ts";
import { maskMembers } from "../../inspector/mod.ts";
import { testWith } from "../support/permissions.ts";
import { InspectedServer, linesOf, PNG } from "./support.ts";

/** The status for a request with these headers, which `fetch` wouldn't send. */
function statusOf(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      response.on("end", () => resolve(response.statusCode)).resume();
    }).on("error", reject);
  });
}

const RECORD = { interface: "Camera", service: "record" };

testWith(
  "net",
  "Inspector: a page without the token isn't answered",
  async () => {
    await using server = await InspectedServer.start();
    const { origin } = new URL(server.url);
    for (
      const path of ["/", "/?token=secre", "/?token=secretx", "/events", "/x"]
    ) {
      const response = await fetch(origin + path);
      assertEquals(response.status, 401, path);
      assertMatch(
        await response.text(),
        /^The address of the inspector has a token/,
      );
    }
    const response = await fetch(server.url);
    assertEquals(response.status, 200);
    const text = await response.text();
    assert(text.includes("<title>cell 1.2.3 – inspector</title>"));
    assert(text.includes("A camera that <em>records</em>."));
  },
);

testWith(
  "net",
  "Inspector: a name that leads here, and pages of other origins, are refused",
  async () => {
    await using server = await InspectedServer.start({ allowCalls: true });
    for (const host of ["evil.example", "127.0.0.1.evil.example"]) {
      assertEquals(await statusOf(server.url, { host }), 403, host);
    }
    for (
      const origin of ["http://evil.example", "http://127.0.0.1:1", "null"]
    ) {
      const response = await server.post("/call", RECORD, {
        headers: { origin },
      });
      assertEquals(response.status, 403, origin);
      await response.body?.cancel();
    }
    for (const site of ["cross-site", "same-site"]) {
      const headers = { "sec-fetch-site": site };
      assertEquals(await statusOf(server.at("/events"), headers), 403, site);
    }
  },
);

Deno.test("Inspector: only a link to the page itself may come from elsewhere", () => {
  const request = {
    ...{ method: "GET", host: "127.0.0.1:8088", origin: null },
    site: "cross-site",
  };
  const token = "secret";
  const statusOf = (change: object, url: string): number | undefined =>
    admit({ ...request, url, ...change }, { token })?.status;
  assertEquals(statusOf({}, "/?token=secret"), undefined);
  assertEquals(statusOf({}, "/events?token=secret"), 403);
  assertEquals(statusOf({ site: null }, "/events?token=secret"), undefined);
  assertEquals(
    statusOf({ site: null, method: "POST" }, "/call?token=secret"),
    403,
  );
  assertEquals(statusOf({ host: null }, "/?token=secret"), 403);
  assertEquals(statusOf({ host: "[::1]:8088" }, "/?token=secret"), undefined);
});

testWith(
  "net",
  "Inspector: the page runs nothing but its own script",
  async () => {
    await using server = await InspectedServer.start();
    const { headers, body } = await fetch(server.url);
    await body?.cancel();
    const policy = headers.get("content-security-policy")!;
    assertMatch(
      policy,
      /^default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-/,
    );
    assert(!/unsafe|\*|http/.test(policy), policy);
    assertEquals(headers.get("referrer-policy"), "no-referrer");
    assertEquals(headers.get("cache-control"), "no-store");
  },
);

testWith("net", "Inspector: read-only it calls nothing", async () => {
  await using server = await InspectedServer.start();
  for (const path of ["/call", "/update"]) {
    const response = await server.post(path, {
      ...RECORD,
      body: { frames: 1 },
    });
    assertEquals(response.status, 403);
    assertMatch(await response.text(), /^Read-only: allowCalls/);
  }
});

testWith(
  "net",
  "Inspector: a call has updates in both directions, and a response",
  async () => {
    await using server = await InspectedServer.start({ allowCalls: true });
    const response = await server.post("/call", {
      ...RECORD,
      body: { frames: 2 },
    });
    const lines = linesOf(response);
    const { value: first } = await lines.next();
    assertEquals(Object.keys(first!), ["call"]);
    assertEquals((await lines.next()).value, { update: "exposed", body: 0 });
    const unknown = await server.post("/update", {
      call: first!.call,
      update: "x",
    });
    assertEquals(unknown.status, 400);
    assertEquals(await unknown.text(), "record takes no update x now\n");
    const sent = await server.post("/update", {
      ...{ call: first!.call, update: "exposure", body: 0.5 },
    });
    assertEquals([sent.status, await sent.text()], [200, "sent\n"]);
    assertEquals(await Array.fromAsync(lines), [
      { update: "exposed", body: 0.5 },
      { response: { frames: 2 } },
    ]);
  },
);

testWith(
  "net",
  "Inspector: errors have their reason, and invalid bodies aren't sent",
  async () => {
    await using server = await InspectedServer.start({ allowCalls: true });
    const call = async (given: object): Promise<Record<string, unknown>> => {
      const lines = await Array.fromAsync(
        linesOf(await server.post("/call", given)),
      );
      return lines.at(-1)!;
    };
    const busy = await call({ ...RECORD, body: { frames: 101 } });
    assertEquals([busy.reason, busy.data], ["busy", { framesLeft: 3 }]);
    const invalid = await call({ ...RECORD, body: { frames: -1 } });
    assertEquals(invalid.reason, "encode-failed");
    const unknown = await call({ ...RECORD, service: "x" });
    assertEquals(unknown.error, "Camera has no service x");
    const picture = await call({ ...RECORD, service: "picture" });
    const { $bytes } = picture.response as { $bytes: string };
    assertEquals(atob($bytes).length, PNG.length);
  },
);

testWith(
  "net",
  "Inspector: a call ends on the server when its page leaves",
  async () => {
    await using server = await InspectedServer.start({ allowCalls: true });
    const leave = new AbortController();
    const response = await server.post(
      "/call",
      { ...RECORD, body: { frames: 2 } },
      { signal: leave.signal },
    );
    const lines = linesOf(response);
    await lines.next();
    await lines.next();
    leave.abort();
    await server.cancelled;
    await lines.next().catch(() => {});
  },
);

testWith(
  "net",
  "Inspector: bodies are kept only where that is allowed, short, and masked",
  async () => {
    for (const bodies of [false, { length: 30 }]) {
      await using server = await InspectedServer.start({
        ...{ allowCalls: true, bodies, mask: maskMembers("password") },
      });
      const body = { frames: 1, password: "hunter2" };
      await (await server.post("/call", { ...RECORD, body })).text();
      const { body: events } = await fetch(server.at("/events"));
      let text = "";
      for await (const chunk of events!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        if (text.includes("\n\n")) break;
      }
      const [, data] = /^event: calls\ndata: (.*)$/m.exec(text)!;
      const [call] = JSON.parse(data!);
      assertEquals([call.interface, call.service, call.error], [
        "Camera",
        "record",
        null,
      ]);
      assertEquals(call.updateCount, 1);
      assert(!text.includes("hunter2"), text);
      assertEquals(
        [call.request, call.response],
        bodies === false
          ? [undefined, undefined]
          : ['{"frames":1,"password":"***"}', '{"frames":1}'],
      );
    }
  },
);
