/** Connections that have not become WebSockets: when they end. */
import { assertEquals } from "@std/assert";
import {
  type HttpConnection,
  REQUEST_TIME,
  SocketServer,
} from "../../endpoints/websocket/socket_server.ts";
import type { TcpConn } from "../../transports/sockets/conn.ts";
import { eventLoopTurns } from "../support/event_loop_turns.ts";
import { HandClock } from "../support/hand_clock.ts";

/** What `node:http` reads, which tells of its end. */
class FakeStream {
  #onClose: (() => void) | null = null;

  on(event: string, listener: () => void): void {
    assertEquals(event, "close");
    this.#onClose = listener;
  }

  end(): void {
    this.#onClose?.();
  }
}

/** A connection of a client that has said nothing yet. */
class FakeConnection implements HttpConnection {
  readonly stream = new FakeStream();
  readonly conn = {} as TcpConn;
  closed = 0;

  close(): void {
    this.closed++;
  }
}

/** A server that accepts these connections, and tells of each. */
async function serving(
  connections: FakeConnection[],
): Promise<[SocketServer, HandClock, given: unknown[]]> {
  const clock = new HandClock();
  const given: unknown[] = [];
  const left = [...connections];
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const server = new SocketServer(
    {
      address: () => ({ address: "", port: 0 }),
      close() {},
      closeAllConnections() {},
      ref() {},
      unref() {},
      listen() {},
      on() {},
      emit: (_event, socket) => given.push(socket) > 0,
    },
    {
      addr: { hostname: "127.0.0.1", port: 1 },
      accept() {
        const connection = left.shift();
        return connection === undefined ? ended : Promise.resolve(connection);
      },
      close: () => reject(new Error("closed")),
      ref() {},
      unref() {},
    },
    null,
    clock,
  );
  await eventLoopTurns(1);
  return [server, clock, given];
}

Deno.test("a client may take a minute to ask for a WebSocket, which then may stay", async () => {
  const [asks, silent, leaves] = [1, 2, 3].map(() => new FakeConnection());
  const all = [asks!, silent!, leaves!];
  const [server, clock, given] = await serving(all);
  assertEquals(given, all.map(({ stream }) => stream));
  assertEquals(clock.pending, 3);
  assertEquals(server.take(asks!.stream), asks!.conn);
  // It was taken before.
  assertEquals(server.take(asks!.stream), undefined);
  leaves!.stream.end();
  assertEquals([leaves!.closed, clock.pending], [1, 1]);
  clock.turn(REQUEST_TIME - 1);
  assertEquals(all.map(({ closed }) => closed), [0, 0, 1]);
  clock.turn(1);
  assertEquals(all.map(({ closed }) => closed), [0, 1, 1]);
  server.close();
});

Deno.test("at the end of the server, those that have not asked end", async () => {
  const [asks, silent] = [1, 2].map(() => new FakeConnection());
  const [server, clock] = await serving([asks!, silent!]);
  server.take(asks!.stream);
  server.close();
  server.closeAllConnections();
  assertEquals([asks!.closed, silent!.closed], [0, 1]);
  silent!.stream.end();
  assertEquals(clock.pending, 0);
});
