/**
 * `Deno.Conn` without a protocol: each call writes a body of the size that the first
 * one had, and reads as many bytes into a buffer of its own. One call at a time for each
 * connection, so calls at the same time have a connection each.
 *
 * @module
 */
import type { ContestantClient } from "./contestant.ts";

/** A connection is open for each call. */
export const maxOpenCalls = 1000;

/** Starts the server. */
export function serve(): Promise<string> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  accept(listener);
  const { port } = listener.addr as Deno.NetAddr;
  return Promise.resolve(`127.0.0.1:${port}`);
}

/** Connects a client. */
export async function connect(address: string): Promise<ContestantClient> {
  const port = Number(address.split(":")[1]);
  const free: Deno.TcpConn[] = [];
  const all = new Set<Deno.TcpConn>();
  const open = async (): Promise<Deno.TcpConn> => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    all.add(conn);
    return conn;
  };
  free.push(await open());
  return {
    async call(body) {
      const conn = free.pop() ?? await open();
      const [answer] = await Promise.all([
        readWhole(conn, body.length),
        writeWhole(conn, body),
      ]);
      free.push(conn);
      return answer;
    },
    [Symbol.asyncDispose]() {
      for (const conn of all) conn.close();
      return Promise.resolve();
    },
  };
}

async function accept(listener: Deno.TcpListener): Promise<void> {
  for await (const conn of listener) {
    conn.setNoDelay(true);
    echo(conn);
  }
}

async function echo(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(256 * 1024);
  for (;;) {
    const length = await conn.read(buffer);
    if (length === null) return conn.close();
    await writeWhole(conn, buffer.subarray(0, length));
  }
}

async function readWhole(
  conn: Deno.TcpConn,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const read = await conn.read(bytes.subarray(at));
    if (read === null) throw new Error("The server has gone");
    at += read;
  }
  return bytes;
}

async function writeWhole(
  conn: Deno.TcpConn,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await conn.write(bytes.subarray(at));
  }
}
