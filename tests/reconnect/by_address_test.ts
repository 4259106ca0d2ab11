/** Links to real addresses, and what they give to `connect` each time. */
import { assertEquals, assertInstanceOf } from "@std/assert";
import { bind } from "../../mod.ts";
import { type Link, type LinkState, reconnect } from "../../reconnect/mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";

/** Resolves when the link gets into a state. */
function entered(link: Link, state: LinkState): Promise<void> {
  return new Promise((resolve) => {
    const stop = link.onState((status) => {
      if (status.state !== state) return;
      stop();
      resolve();
    });
  });
}

const ANSWERS = {
  1: (_request: unknown, body: { text(): string }) => `got ${body.text()}`,
};

for (const scheme of ["unix:", "unix+seqpacket:", "unix+shm:"] as const) {
  testWith("all", `a link to ${scheme}PATH comes back`, async () => {
    using folder = new TempDir();
    const address = `${scheme}${folder.file("socket")}` as const;
    await using link = reconnect(address, { maxBodyLenWrite: 16 });
    const untyped = link as unknown as Link;
    // Nobody listens yet.
    await entered(untyped, "waiting");
    assertInstanceOf(link.status.error, Deno.errors.NotFound);
    const call = link.call(1, "first");
    for (const body of ["first", "second"]) {
      await using listener = await bind(address);
      listener.run((peer) => peer.serve(ANSWERS));
      link.retryNow();
      if (body === "first") assertEquals((await call).text(), "got first");
      else assertEquals((await link.call(1, body)).text(), "got second");
      const lost = entered(untyped, "waiting");
      await listener.shutdown();
      await lost;
    }
    assertEquals(link.stats().connections, 2);
  });
}

for (const by of ["token", "credentials"] as const) {
  testWith(
    "webSocket",
    `a WebSocket gets a fresh token for each connection, by ${by}`,
    async () => {
      const tokens: (string | null)[] = [];
      await using listener = await bind("ws://127.0.0.1:0/rpc", {
        extensions: true,
        authorize: ({ token }) => {
          tokens.push(token);
          return true;
        },
      });
      let serverEnd: AsyncDisposable | null = null;
      listener.run((peer) => {
        serverEnd = peer;
        return peer.serve({ 1: ({ metadata }) => metadata.token ?? "none" });
      });
      const { hostname, port } = listener.addr;
      let asked = 0;
      // deno-lint-ignore require-await
      const fresh = async (): Promise<string> => `token ${++asked}`;
      await using link = reconnect(`ws://${hostname}:${port}/rpc`, {
        extensions: true,
        ...(by === "token"
          ? { token: fresh }
          : { credentials: async () => ({ token: await fresh() }) }),
      });
      for (const round of [1, 2]) {
        const expected = by === "token" ? `token ${round}` : "none";
        assertEquals((await link.call(1, "")).text(), expected);
        const lost = entered(link as unknown as Link, "waiting");
        await serverEnd![Symbol.asyncDispose]();
        await lost;
        if (round === 1) link.retryNow();
      }
      assertEquals(tokens, ["token 1", "token 2"]);
    },
  );
}

testWith(
  "net",
  "credentials that can't be had are a failed attempt",
  async () => {
    await using listener = await bind("127.0.0.1:0");
    listener.run((peer) => peer.serve(ANSWERS));
    let asked = 0;
    const states: LinkState[] = [];
    await using link = reconnect(listener.addr, {
      credentials() {
        // As `fetch` fails.
        if (++asked === 1) throw new TypeError("no network");
        return { maxBodyLenWrite: 3 };
      },
      onState: ({ state, error }) => {
        states.push(state);
        if (state !== "waiting") return;
        assertEquals(String(error), "TypeError: no network");
        link.retryNow();
      },
    });
    assertEquals((await link.call(1, "abc")).text(), "got abc");
    assertEquals(states, ["waiting", "connecting", "connected"]);
  },
);

testWith(
  "net",
  "what can't be ends the link at once, and says so",
  async () => {
    await using link = reconnect("127.0.0.1:1", { maxBodyLenWrite: -1 });
    assertInstanceOf(await link.closed, RangeError);
    assertEquals(link.state, "closed");
  },
);
