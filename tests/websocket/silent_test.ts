/** Clients that connect to a server of WebSockets and never ask for one. */
import { assertEquals, assertInstanceOf } from "@std/assert";
import { bind, connect } from "../../endpoints/websocket.ts";
import {
  MAX_UNASKED,
  UnaskedSockets,
} from "../../endpoints/websocket/unasked_sockets.ts";
import { ErrorReporter } from "../../internal/errors.ts";
import { RpcError } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";

const HALF = new TextEncoder().encode("GET /rpc HTTP/1.1\r\nHost: 127");
/** More clients than there is room for. */
const MORE = 20;

testWith(
  "webSocket",
  "clients that never ask for a WebSocket give way, the oldest first",
  async () => {
    const gone = Promise.withResolvers<void>();
    const told: unknown[] = [];
    await using listener = await bind("ws://127.0.0.1:0/rpc", {
      onError(error) {
        if (told.push(error) === MORE) gone.resolve();
      },
    });
    const running = listener.run((peer) =>
      peer.serve({ 1: (_request, body) => body })
    );
    // One that has asked is not among them.
    const peer = await connect(listener.addr);
    const { port } = listener.addr;
    const silent: Deno.TcpConn[] = [];
    for (let i = 0; i < MAX_UNASKED + MORE; i++) {
      const conn = await Deno.connect({ port });
      if (i % 2 === 0) await conn.write(HALF);
      silent.push(conn);
    }
    await gone.promise;
    for (const conn of silent.slice(0, MORE)) {
      assertEquals(await conn.read(new Uint8Array(1)).catch(() => null), null);
    }
    for (const error of told) {
      assertInstanceOf(error, RpcError);
      assertEquals([error.code, error.limit], ["limit-exceeded", MAX_UNASKED]);
    }
    assertEquals((await peer.call(1, "still there")).text(), "still there");
    const late = await connect(listener.addr);
    assertEquals((await late.call(1, "let in")).text(), "let in");
    await Promise.all([peer.close(), late.close()]);
    for (const conn of silent) conn.close();
    await listener.shutdown();
    await running;
  },
);

Deno.test("of connections that haven't asked the oldest is closed, and those that have aren't", () => {
  const closed: number[] = [];
  const errors: unknown[] = [];
  const reporter = new ErrorReporter((error) => errors.push(error));
  const unasked = new UnaskedSockets<{ close(): void }>(reporter, 2);
  const add = (id: number) =>
    unasked.add(id, { close: () => void closed.push(id) });
  add(1);
  add(2);
  assertEquals(unasked.take(1) !== undefined, true);
  assertEquals(unasked.take(1), undefined);
  add(3);
  assertEquals(closed, []);
  add(4);
  assertEquals([closed, errors.length], [[2], 1]);
  unasked.closeAll();
  assertEquals(closed, [2, 3, 4]);
});
