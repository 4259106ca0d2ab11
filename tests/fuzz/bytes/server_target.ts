import { assertEquals } from "@std/assert";
import { type PeerHandle, RpcError, type StreamBody } from "../../../mod.ts";
import type { Bytes, Target } from "./target.ts";

/** What a peer that is sent garbage may end with. */
export const ENDS: readonly string[] = [
  "connection-closed",
  "connection-aborted",
  "message-too-short",
  "invalid-message-type",
  "payload-too-large",
];

/** What it may report and live on. */
const REPORTED = [
  "duplicate-request-id",
  "unknown-request-id",
  "connection-closed",
  "request-closed",
  ...ENDS,
];

/** Takes what comes in all ways: answers, reads updates, sends some. */
export function serveAll(
  peer: Pick<PeerHandle<StreamBody, unknown>, "serve">,
): Promise<void> {
  return peer.serve({
    1: (_request, body) => body,
    2: async (request) => {
      await request.sendUpdate(3, "progress");
      const update = await request.recvUpdate();
      return update?.body.data ?? "none";
    },
  }, { stream: () => {} });
}

/** Notes errors that are none of those that a peer may report. */
export class Reports {
  readonly bad: unknown[] = [];

  readonly #isRefusal: (error: unknown) => boolean;

  /**
   * Notes all but some.
   *
   * @param isRefusal Whether an error says why a client was refused, in no RpcError.
   */
  constructor(isRefusal: (error: unknown) => boolean = () => false) {
    this.#isRefusal = isRefusal;
  }

  readonly onError = (error: unknown): void => {
    if (this.#isRefusal(error)) return;
    if (error instanceof RpcError && REPORTED.includes(error.code)) return;
    this.bad.push(error);
  };

  check(): void {
    if (this.bad.length > 0) throw this.bad[0];
  }
}

/** A server, and a client that tells whether it still answers. */
export interface LiveServer {
  connect(): Promise<Deno.Conn>;
  call(): Promise<void>;
  readonly reports: Reports;
  stop(): Promise<void>;
}

/** A server on a port or a socket file, with a client that asks it meanwhile. */
export function liveServer(
  reports: Reports,
  server: { readonly port: number } | Deno.UnixConnectOptions,
  client: Pick<PeerHandle, "call" | "close">,
  stop: () => Promise<void>,
): LiveServer {
  return {
    reports,
    connect: () =>
      "port" in server
        ? Deno.connect({ hostname: "127.0.0.1", ...server })
        : Deno.connect(server),
    async call() {
      assertEquals((await client.call(1, "well?")).text(), "well?");
    },
    async stop() {
      await client.close();
      await stop();
    },
  };
}

/** A server on a socket of its own, which is sent each input on a new connection. */
export function serverTarget(
  name: string,
  start: () => Promise<LiveServer>,
  corpus: readonly Bytes[],
  words: readonly Bytes[] = [],
): Target {
  let server: Promise<LiveServer> | null = null;
  let runs = 0;
  return {
    name,
    corpus,
    words,
    async run(input) {
      const { connect, call, reports } = await (server ??= start());
      const received = await exchange(await connect(), input);
      // A connection beside it lives, and so does the listener.
      if (++runs % 20 === 0) await call();
      reports.check();
      return received === null
        ? "reset"
        : received === 0
        ? "silent"
        : "answered";
    },
    async end() {
      if (server === null) return;
      const { call, stop, reports } = await server;
      server = null;
      await call();
      await stop();
      reports.check();
    },
  };
}

/** Sends bytes and an end, and reads until the other side ends; how many bytes came, or null for a reset. */
async function exchange(conn: Deno.Conn, input: Bytes): Promise<number | null> {
  using _conn = conn;
  let received = 0;
  const reading = (async () => {
    const buffer = new Uint8Array(4096);
    for (;;) {
      const n = await conn.read(buffer);
      if (n === null) return;
      received += n;
    }
  })();
  try {
    for (let at = 0; at < input.length;) {
      at += await conn.write(input.subarray(at));
    }
    await conn.closeWrite();
    await reading;
    return received;
  } catch (error) {
    await reading.catch(() => {});
    if (
      error instanceof Deno.errors.BrokenPipe ||
      error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.NotConnected
    ) return null;
    throw error;
  }
}
