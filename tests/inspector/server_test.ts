/** What the inspector answers, and to whom. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { get, type ServerResponse } from "node:http";
import { admit } from "../../inspector/admit.ts";
import { CallRecorder } from "../../inspector/call_recorder.ts";
import { LiveView } from "../../inspector/live_view.ts";
import type { ServerConnection } from "../../inspector/server_connection.ts";
import { inspect, maskMembers } from "../../inspector/mod.ts";
import { shownListener } from "../../inspector/shown_listener.ts";
import type { ListenerStats } from "../../listener/mod.ts";
import type { PauseReason } from "../../peer/mod.ts";
import { testWith } from "../support/permissions.ts";
import { connect, listen } from "../../mod.ts";
import { connect as connectTcp } from "../../endpoints/tcp.ts";
import { serve } from "../../interface/mod.ts";
import type { Snapshot } from "../../inspector/snapshot.ts";
import { Camera, Eye, InspectedServer, linesOf, PNG } from "./support.ts";

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
    const unknown = await server.post("/update", {
      call: first!.call,
      update: "x",
    });
    assertEquals(unknown.status, 400);
    assertEquals(await unknown.text(), "record takes no update x\n");
    const sent = await server.post("/update", {
      ...{ call: first!.call, update: "exposure", body: 0.5 },
    });
    assertEquals([sent.status, await sent.text()], [200, "sent\n"]);
    assertEquals(await Array.fromAsync(lines), [
      { update: "exposed", body: 0 },
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

testWith(
  "net",
  "Inspector: a mask that fails shows nothing, and fails no call",
  async () => {
    await using server = await InspectedServer.start({
      bodies: true,
      mask() {
        throw new Error("no mask");
      },
    });
    await using peer = await connect(server.address);
    const picture = await Camera.client(peer).picture();
    assertEquals(picture.length, PNG.length);
    const { body } = await fetch(server.at("/events"));
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      const [, data] = /^event: calls\ndata: (.*)$/m.exec(chunk)!;
      assertEquals(JSON.parse(data!)[0].response, '"not shown: no mask"');
      break;
    }
  },
);

testWith(
  "net",
  "Inspector: of a server elsewhere it comes back with the server",
  async () => {
    const serveOnce = (port: number) => {
      const listener = listen(`tcp://127.0.0.1:${port}`);
      const eye = Eye.implement({
        look: () => ({ width: 1, height: 1, pixels: new Uint8Array(1) }),
      });
      const running = listener.run((peer) =>
        serve(peer, eye, { describe: true, stats: { listener } })
      );
      return { listener, running };
    };
    let { listener, running } = serveOnce(0);
    const { port } = listener.addr;
    await using page = await inspect(
      "the eye",
      () => connectTcp({ hostname: "127.0.0.1", port }),
      { port: 0, allowCalls: true },
    );
    const { origin, search } = new URL(page.url);
    const snapshot = async (): Promise<Snapshot> => {
      const { body } = await fetch(`${origin}/events${search}`);
      let text = "";
      for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const found = /^event: snapshot\ndata: (.*)\n\n/m.exec(text);
        if (found !== null) return JSON.parse(found[1]!);
      }
      throw new Error("It has ended");
    };
    for (const restart of [true, false]) {
      const { listener: shown, interfaces, problems } = await snapshot();
      assertEquals([shown?.open, interfaces?.[0]?.name, problems], [
        1,
        "Eye",
        [],
      ]);
      await listener.shutdown({ grace: 0 });
      await running;
      const [problem] = (await snapshot()).problems;
      assert(problem !== undefined);
      if (restart) ({ listener, running } = serveOnce(port));
    }
  },
);

Deno.test("Inspector: a page that doesn't keep up is told of calls later", () => {
  const recorder = new CallRecorder({
    ...{ maxCalls: 2, bodyLength: 0, mask: (body) => body },
  });
  const server = { stats: () => Promise.reject(new Error("away")) };
  const live = new LiveView(
    { address: "", listener: () => null },
    server as unknown as ServerConnection,
    recorder,
  );
  const written: string[] = [];
  const response = {
    ...{ writableNeedDrain: false, writeHead() {}, on() {}, end() {} },
    write: (text: string) => written.push(text),
  };
  live.add(response as unknown as ServerResponse, {});
  const calls = (): unknown[] =>
    written.splice(0).map((text) => JSON.parse(text.split("data: ")[1]!))
      .flat().map(({ id, error }) => [id, error]);
  assertEquals(calls(), []);
  const where = { from: "", interface: "A", service: "b", request: 1 };
  const first = recorder.begin(where);
  live.tellCalls();
  assertEquals(calls(), [[1, null]]);
  response.writableNeedDrain = true;
  first.end({ error: new Error("x") });
  recorder.begin(where);
  live.tellCalls();
  assertEquals(calls(), []);
  response.writableNeedDrain = false;
  live.tellCalls();
  assertEquals(calls(), [[1, "x"], [2, null]]);
  live.tellCalls();
  assertEquals(calls(), []);
  // The open one is kept for longer.
  recorder.begin(where);
  assertEquals(recorder.calls.map(({ id }) => id), [2, 3]);
  live.close();
});

Deno.test("Inspector: it says why a connection reads nothing, and who it is", () => {
  const stats = (info: unknown, by: PauseReason) =>
    ({
      ...{ accepted: 1, open: 1, refused: 0 },
      connections: [{ info, reading: { paused: true, since: 5, by } }],
    }) as unknown as ListenerStats;
  for (
    const [info, by, who, text] of [
      [
        { remoteAddr: { hostname: "::1", port: 7 } },
        "inbox",
        "[::1]:7",
        "its messages aren't taken",
      ],
      [
        { credentials: { pid: 8, uid: 9 } },
        { stream: 3 },
        "process 8 of user 9",
        "stream 3 isn't taken",
      ],
      [null, { updatesOf: 4 }, "unknown", "updates of request 4 aren't taken"],
    ] as const
  ) {
    const { connections } = shownListener(stats(info, by))!;
    assertEquals(connections[0]!.who, who);
    assertEquals(connections[0]!.paused, { by: text, since: 5 });
  }
  assertEquals(shownListener(undefined), null);
});
