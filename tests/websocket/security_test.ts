/** Who gets a WebSocket: origins, hosts, tokens, and that nobody else sees a token. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  connect,
  type WebSocketHandler,
  type WebSocketRequest,
} from "../../endpoints/websocket.ts";
import { checkServerOptions } from "../../endpoints/websocket/admit.ts";
import { checkUpgrade } from "../../transports/websocket/check_upgrade.ts";
import { offerOf, readOffer } from "../../transports/websocket/subprotocol.ts";
import { testWith } from "../support/permissions.ts";
import { SERVERS, shakeHands, tokenProtocol } from "./support.ts";

const OURS = { "Sec-WebSocket-Protocol": "fizyr-rpc" };
const echo: WebSocketHandler = (peer) =>
  peer.serve({ 1: (_request, body) => body });

/** What a request has that is in order. */
const GOOD = { host: "127.0.0.1:8080", origin: null, protocols: "fizyr-rpc" };

for (
  const [origin, host, ok] of [
    ["http://127.0.0.1:8080", "127.0.0.1:8080", true],
    ["https://127.0.0.1:8080", "127.0.0.1:8080", true],
    ["http://localhost", "localhost", true],
    ["http://localhost", "localhost:80", true],
    ["https://localhost", "localhost:443", true],
    ["http://LOCALHOST:8080", "localhost:8080", true],
    ["http://[::1]:8080", "[::1]:8080", true],
    ["https://app.example", "127.0.0.1:8080", true],
    ["http://127.0.0.1:8081", "127.0.0.1:8080", false],
    ["http://127.0.0.1", "127.0.0.1:8080", false],
    ["http://localhost:8080", "127.0.0.1:8080", false],
    ["http://evil.example", "127.0.0.1:8080", false],
    ["https://app.example.evil.example", "127.0.0.1:8080", false],
    ["http://app.example", "127.0.0.1:8080", false],
    ["http://127.0.0.1:8080@evil.example", "127.0.0.1:8080", false],
    ["http://evil.example#127.0.0.1:8080", "127.0.0.1:8080", false],
    ["file://127.0.0.1:8080", "127.0.0.1:8080", false],
    ["null", "127.0.0.1:8080", false],
    ["", "127.0.0.1:8080", false],
    ["127.0.0.1:8080", "127.0.0.1:8080", false],
  ] as const
) {
  Deno.test(`a page of ${JSON.stringify(origin)} at ${host} is ${ok ? "taken" : "refused"}`, () => {
    const options = { allowedOrigins: ["https://app.example"] };
    const refusal = checkUpgrade({ ...GOOD, host, origin }, options);
    assertEquals(refusal?.status ?? null, ok ? null : 403);
    if (!ok) assertStringIncludes(refusal!.text, "allowedOrigins");
  });
}

Deno.test("pages without an origin are taken where they are listed", () => {
  const options = { allowedOrigins: ["null"] };
  assertEquals(checkUpgrade({ ...GOOD, origin: "null" }, options), null);
});

for (
  const [host, ok] of [
    ["127.0.0.1", true],
    ["10.0.0.7:8080", true],
    ["[fe80::1]:8080", true],
    ["localhost:1", true],
    ["cell.localhost", true],
    ["cell7.example:8080", true],
    ["CELL7.example", true],
    ["rebound.evil.example", false],
    ["127.0.0.1.evil.example", false],
    ["localhost.evil.example", false],
    ["evil.example/localhost", false],
    ["evil.example@localhost", false],
    ["", false],
    [null, false],
  ] as const
) {
  Deno.test(`a server named ${JSON.stringify(host)} is ${ok ? "known" : "unknown"}`, () => {
    const options = { allowedHosts: ["Cell7.Example"] };
    const refusal = checkUpgrade({ ...GOOD, host }, options);
    assertEquals(refusal?.status ?? null, ok ? null : 403);
    if (!ok) assertStringIncludes(refusal!.text, "allowedHosts");
  });
}

testWith("all", "this machine's own name is known", () => {
  assertEquals(checkUpgrade({ ...GOOD, host: Deno.hostname() }, {}), null);
}, { permissions: { sys: "inherit" } });

testWith(
  "all",
  "without the permission for it the name is unknown, and not asked for",
  () => {
    const refusal = checkUpgrade({ ...GOOD, host: "cell-7" }, {});
    assertStringIncludes(refusal!.text, "allowedHosts");
  },
  { permissions: { sys: false } },
);

for (
  const [protocols, ok] of [
    [null, true],
    ["", true],
    ["fizyr-rpc", true],
    ["chat, fizyr-rpc", true],
    ["chat", false],
    [tokenProtocol("secret"), false],
  ] as const
) {
  Deno.test(`a client that offers ${protocols ?? "nothing"} is ${ok ? "taken" : "refused"}`, () => {
    const refusal = checkUpgrade({ ...GOOD, protocols }, {});
    assertEquals(refusal?.status ?? null, ok ? null : 400);
    if (!ok) assertStringIncludes(refusal!.text, "fizyr-rpc");
    assert(!refusal?.text.includes("token."));
  });
}

for (const token of ["secret", "sëcret 🔑", "a+b/c==", "x".repeat(1000)]) {
  Deno.test(`a token travels as it is: ${token.slice(0, 10)}`, () => {
    const offer = offerOf(token);
    assert(offer.every((name) => /^[\w.-]+$/.test(name)), offer[1]);
    const read = readOffer(offer.join(", "));
    assertEquals(read.token, token);
    assertEquals(read.protocols, ["fizyr-rpc", "fizyr-rpc.token.***"]);
  });
}

for (const text of ["", "a b", "%%%", "_w", "a=="]) {
  Deno.test(`a token that isn't one is none: "${text}"`, () => {
    const read = readOffer(`fizyr-rpc, fizyr-rpc.token.${text}`);
    assertEquals(read.token, null);
  });
}

for (const [name, start] of SERVERS) {
  testWith(
    "all",
    `${name}: a foreign origin is refused, and told why`,
    async () => {
      const errors: unknown[] = [];
      await using server = await start(echo, {
        onError: (error) => errors.push(error),
      });
      for (const Origin of ["http://evil.example", "null"]) {
        await using answer = await shakeHands(server.port, { ...OURS, Origin });
        assertEquals(answer.status, 403);
        assertStringIncludes(answer.text, JSON.stringify(Origin));
        assertStringIncludes(answer.text, "allowedOrigins");
        assert(!answer.head.includes("Access-Control"));
      }
      assertEquals(errors.length, 2);
      const Origin = `http://127.0.0.1:${server.port}`;
      await using answer = await shakeHands(server.port, { ...OURS, Origin });
      assertEquals(answer.status, 101);
      assertStringIncludes(answer.head.toLowerCase(), "protocol: fizyr-rpc");
    },
  );

  testWith(
    "all",
    `${name}: a name that was bent to this server is refused`,
    async () => {
      await using server = await start(echo, {});
      const Host = `rebound.example:${server.port}`;
      // The page comes from "the server itself".
      const headers = { ...OURS, Host, Origin: `http://${Host}` };
      await using answer = await shakeHands(server.port, headers);
      assertEquals(answer.status, 403);
      assertStringIncludes(answer.text, "allowedHosts");
    },
  );

  testWith(
    "all",
    `${name}: a token decides, and is seen by authorize alone`,
    async () => {
      const seen: WebSocketRequest[] = [];
      const logged: string[] = [];
      await using server = await start((peer) => {
        logged.push(Deno.inspect(peer.info, { showHidden: true }));
        return echo(peer);
      }, {
        authorize: (request) => {
          seen.push(request);
          logged.push(Deno.inspect(request), JSON.stringify(request));
          logged.push(JSON.stringify({ ...request }));
          return request.token === "open sesame";
        },
        onError: (error) => {
          const { cause } = error as { cause?: unknown };
          logged.push(Deno.inspect(error), Deno.inspect(cause));
        },
      });
      for (const token of [undefined, "close sesame"]) {
        const error = await assertRejects(
          () => connect(server.url, { token }),
          Deno.errors.PermissionDenied,
        );
        assertStringIncludes(error.message, "status 401");
        assertStringIncludes(error.message, "token option");
        logged.push(Deno.inspect(error));
      }
      {
        await using peer = await connect(server.url, { token: "open sesame" });
        assertEquals((await peer.call(1, "Hello")).text(), "Hello");
        logged.push(Deno.inspect(peer.info, { showHidden: true }));
      }
      assertEquals(seen.map(({ token }) => token), [
        null,
        "close sesame",
        "open sesame",
      ]);
      assertEquals(seen.map(({ url }) => url), ["/rpc", "/rpc", "/rpc"]);
      const all = logged.join("\n");
      for (const token of ["open sesame", "close sesame"]) {
        assert(!all.includes(token), all);
        assert(!all.includes(tokenProtocol(token)), all);
      }
      assertStringIncludes(all, "fizyr-rpc.token.***");
    },
  );

  testWith(
    "all",
    `${name}: authorize knows who asks, and refuses before there is a WebSocket`,
    async () => {
      const seen: WebSocketRequest[] = [];
      const cause = new Error("a reason of its own");
      const errors: unknown[] = [];
      await using server = await start(echo, {
        remoteAddr: { transport: "tcp", hostname: "10.0.0.9", port: 7 },
        authorize: (request) => {
          seen.push(request);
          throw cause;
        },
        onError: (error) => errors.push(error),
      });
      await using answer = await shakeHands(server.port, OURS, "/rpc");
      assertEquals(answer.status, 403);
      assertStringIncludes(answer.text, "authorize option");
      assert(!answer.text.includes(cause.message));
      assert(errors[0] instanceof Deno.errors.PermissionDenied);
      assertEquals(errors[0].cause, cause);
      assertEquals({ ...seen[0] }, {
        transport: "websocket",
        protocol: "fizyr-rpc",
        url: "/rpc",
        host: `127.0.0.1:${server.port}`,
        origin: null,
        protocols: ["fizyr-rpc"],
        remoteAddr: { transport: "tcp", hostname: "10.0.0.9", port: 7 },
      });
    },
  );

  testWith(
    "all",
    `${name}: an authorize that gives no answer is a refusal`,
    async () => {
      await using server = await start(echo, {
        authorize: () => new Promise<never>(() => {}),
        authorizeTimeout: 20,
        onError: () => {},
      });
      await using answer = await shakeHands(server.port, OURS);
      assertEquals(answer.status, 403);
      assertStringIncludes(answer.text, "authorizeTimeout");
    },
  );

  testWith(
    "all",
    `${name}: a slow authorize doesn't hold up the others`,
    async () => {
      const slow = Promise.withResolvers<boolean>();
      const asked = Promise.withResolvers<void>();
      await using server = await start(echo, {
        authorize: ({ url }) => {
          if (!url.endsWith("slow")) return true;
          asked.resolve();
          return slow.promise;
        },
      });
      const first = connect(`${server.url}?slow`);
      await asked.promise;
      await using second = await connect(server.url);
      assertEquals((await second.call(1, "second")).text(), "second");
      slow.resolve(true);
      await using peer = await first;
      assertEquals((await peer.call(1, "first")).text(), "first");
    },
  );

  testWith("all", `${name}: what is no handshake is told so`, async () => {
    await using server = await start(echo, {});
    await using answer = await shakeHands(server.port, {
      Upgrade: null,
      Connection: "close",
    });
    assert([200, 426].includes(answer.status));
    await using bad = await shakeHands(server.port, {
      ...OURS,
      "Sec-WebSocket-Key": null,
    });
    assertEquals(bad.status, 400);
    // It serves on.
    await using peer = await connect(server.url);
    assertEquals((await peer.call(1, "on")).text(), "on");
  });
}

for (const name of ["allowedOrigins", "allowedHosts"] as const) {
  for (const list of ["https://app.example", [1], {}]) {
    Deno.test(`${name} must be a list of texts: ${JSON.stringify(list)}`, () => {
      const error = assertThrows(
        () => checkServerOptions({ [name]: list }),
        TypeError,
      );
      assertEquals(
        error.message,
        `${name} must be a list of texts, got ${JSON.stringify(list)}`,
      );
    });
  }
}
