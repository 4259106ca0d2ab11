/** Connecting, and the ways in which it fails; handlers, and what ends with them. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { bind, connect } from "../../endpoints/websocket.ts";
import { startHttpServer } from "../../endpoints/websocket/http_server.ts";
import { WebSocketAcceptor } from "../../endpoints/websocket/web_socket_acceptor.ts";
import * as browser from "../../endpoints/websocket_browser.ts";
import { rejectsWith } from "../support/expect.ts";
import { refusedPort } from "./refused_port.ts";
import { testWith } from "../support/permissions.ts";
import { SERVERS } from "./support.ts";

for (
  const [address, text] of [
    ["127.0.0.1:8080", "must look like"],
    ["http://127.0.0.1:8080", "must look like"],
    ["ws://", "must look like"],
    ["ws://host:99999/", "must look like"],
    ["ws://user:secret@host/", "token option"],
    ["ws://host/#part", "fragment"],
    ["ws://host/#", "fragment"],
  ] as const
) {
  Deno.test(`${address} is no address to connect to`, async () => {
    for (const connector of [connect, browser.connect]) {
      const error = await assertRejects(() => connector(address), TypeError);
      assertStringIncludes(error.message, text);
      assert(!error.message.includes("secret"));
    }
  });
}

Deno.test("a token that can't travel is refused", async () => {
  await assertRejects(() => connect("ws://h/", { token: "" }), TypeError);
  const plain = { token: "t", plain: true };
  await assertRejects(() => connect("ws://h/", plain), TypeError, "plain");
});

for (
  const [address, text] of [
    ["wss://127.0.0.1:0/", "cert and key"],
    ["ws://127.0.0.1:0/?x", "query"],
  ] as const
) {
  Deno.test(`${address} is no address to listen on`, async () => {
    const error = await assertRejects(() => bind(address), TypeError);
    assertStringIncludes(error.message, text);
  });
}

Deno.test("limits are checked before anything is opened", async () => {
  const wrong = { windowBytes: 1 };
  await assertRejects(() => connect("ws://127.0.0.1:1/", wrong), RangeError);
  await assertRejects(() => bind("ws://127.0.0.1:0/", wrong), RangeError);
  const none = { maxUnreadBytes: NaN };
  await assertRejects(() => bind("ws://127.0.0.1:0/", none), RangeError);
});

testWith("all", "nobody listens: the error names the address", async () => {
  const port = refusedPort();
  for (const connector of [connect, browser.connect]) {
    const error = await assertRejects(
      () => connector(`ws://127.0.0.1:${port}/rpc`),
      Deno.errors.ConnectionRefused,
    );
    assertStringIncludes(error.message, `ws://127.0.0.1:${port}/rpc`);
  }
});

testWith("all", "a port that is taken is an error that names it", async () => {
  await using listener = await bind("ws://127.0.0.1:0/");
  const { port } = listener.addr;
  const error = await assertRejects(
    () => bind(`ws://127.0.0.1:${port}/`),
    Deno.errors.AddrInUse,
  );
  assertStringIncludes(error.message, `:${port}`);
});

testWith(
  "all",
  "another path than that of the listener isn't served",
  async () => {
    await using listener = await bind("ws://127.0.0.1:0/rpc");
    const { port } = listener.addr;
    const error = await assertRejects(
      () => connect(`ws://127.0.0.1:${port}/other`),
      Deno.errors.ConnectionRefused,
    );
    assertStringIncludes(error.message, "status 404");
  },
);

testWith(
  "all",
  "a signal ends connecting to a server that doesn't answer",
  async () => {
    using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const url = `ws://127.0.0.1:${silent.addr.port}/` as const;
    for (const connector of [connect, browser.connect]) {
      const stop = new AbortController();
      const connecting = connector(url, { signal: stop.signal });
      const failed = assertRejects(() => connecting, Error, "enough");
      using conn = await silent.accept();
      await conn.read(new Uint8Array(10));
      stop.abort(new Error("enough"));
      await failed;
    }
  },
);

testWith(
  "all",
  "closing the listener ends what waits for authorize, and to be accepted",
  async () => {
    const asked = Promise.withResolvers<void>();
    const listener = await bind("ws://127.0.0.1:0/", {
      authorize: ({ url }) => {
        if (url === "/") return true;
        asked.resolve();
        return new Promise<never>(() => {});
      },
      onError: () => {},
    });
    const { port } = listener.addr;
    // It is admitted, and nobody accepts it.
    await using waiting = await connect(`ws://127.0.0.1:${port}/`);
    const asking = assertRejects(() => connect(`ws://127.0.0.1:${port}/?ask`));
    await asked.promise;
    await listener.shutdown();
    await asking;
    assertEquals((await waiting.closed)?.code, "connection-aborted");
  },
);

testWith(
  "all",
  "when too many clients wait, further ones are refused",
  async () => {
    let acceptor: WebSocketAcceptor | null = null;
    const server = await startHttpServer(
      { hostname: "127.0.0.1", port: 0 },
      (asked) => acceptor!.onUpgrade(asked),
    );
    acceptor = new WebSocketAcceptor(server, "/", {}, 2);
    const url = `ws://127.0.0.1:${acceptor.addr.port}/` as const;
    await using first = await connect(url);
    await using second = await connect(url);
    const error = await assertRejects(
      () => connect(url),
      Deno.errors.ConnectionRefused,
    );
    assertStringIncludes(error.message, "status 503");
    // Each that is accepted makes room.
    const accepted = await acceptor.accept();
    await using third = await connect(url);
    await accepted.close();
    acceptor.close();
    assertEquals(await first.closed, null);
    for (const waiting of [second, third]) {
      assertEquals((await waiting.closed)?.code, "connection-aborted");
    }
  },
);

for (const [name, start] of SERVERS) {
  // There Deno's own shutdown waits for the upgrade of a client that is gone.
  if (name === "Deno.serve") continue;
  testWith(
    "all",
    `${name}: a client that goes while it waits for authorize harms nobody`,
    async () => {
      const asked = [0, 1].map(() => Promise.withResolvers<void>());
      const answer = Promise.withResolvers<boolean>();
      let n = 0;
      await using server = await start(
        (peer) => peer.serve({ 1: (_request, body) => body }),
        {
          authorize: () => {
            const first = asked[n++];
            first?.resolve();
            return first === undefined || answer.promise;
          },
          onError: () => {},
        },
      );
      for (const { promise } of asked) {
        const stop = new AbortController();
        const { signal } = stop;
        const gone = assertRejects(() => connect(server.url, { signal }));
        await promise;
        stop.abort();
        await gone;
      }
      // They are let in, and aren't there any more.
      answer.resolve(true);
      await using peer = await connect(server.url);
      assertEquals((await peer.call(1, "Hello")).text(), "Hello");
    },
  );
}

for (const [name, start] of SERVERS) {
  testWith(
    "all",
    `${name}: a handler that returns closes its connection, cleanly`,
    async () => {
      await using server = await start(async (peer) => {
        await peer.sendStream(1, "bye");
      }, {});
      await using peer = await connect(server.url);
      assertEquals((await peer.recvMessage())?.kind, "stream");
      assertEquals(await peer.recvMessage(), null);
      assertEquals(await peer.closed, null);
    },
  );

  testWith(
    "all",
    `${name}: what a handler throws goes to onError`,
    async () => {
      const thrown = Promise.withResolvers<unknown>();
      const error = new Error("a bug");
      await using server = await start(() => {
        throw error;
      }, { onError: thrown.resolve });
      await using peer = await connect(server.url);
      assertEquals(await thrown.promise, error);
      assertEquals(await peer.closed, null);
    },
  );

  testWith(
    "all",
    `${name}: the client of browsers is served as well`,
    async () => {
      await using server = await start(
        (peer) => peer.serve({ 1: (_request, body) => body }),
        {
          maxBodyLenRead: 1 << 23,
          maxBodyLenWrite: 1 << 23,
          authorize: ({ token }) => token === "t",
        },
      );
      await using peer = await browser.connect(server.url, {
        token: "t",
        maxBodyLenRead: 1 << 23,
        maxBodyLenWrite: 1 << 23,
      });
      assertEquals(peer.info.protocol, "fizyr-rpc");
      const body = new Uint8Array(3_000_000).map((_, i) => i * 31);
      const answer = await peer.call(1, body);
      assertEquals(answer.body.data, body);
      const calls = Array.from({ length: 300 }, (_, i) => peer.call(1, `${i}`));
      for (const [i, call] of calls.entries()) {
        assertEquals((await call).text(), `${i}`);
      }
      await peer.close();
      assertEquals(await peer.closed, null);
      await rejectsWith("connection-closed", () => peer.call(1, ""));
    },
  );
}

testWith("all", "a browser has no certificates to set", async () => {
  const options = { caCerts: ["x"] };
  await assertRejects(
    () => browser.connect("wss://127.0.0.1/", options as object),
    TypeError,
    "caCerts",
  );
});
