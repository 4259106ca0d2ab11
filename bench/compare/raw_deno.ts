/**
 * `Deno.Conn` without a protocol: each call writes a body of the size that the first
 * one had, and reads as many bytes into a buffer of its own. One call at a time for each
 * connection, so calls at the same time have a connection each. Bodies that nothing
 * answers are written to one more connection; at its end, the server tells how many
 * bytes came.
 *
 * @module
 */
import type { ContestantClient } from "./contestant.ts";

/** A connection is open for each call. */
export const maxOpenCalls = 1000;

/** What a connection is for, as its first byte tells. */
const mode = { ECHO: 0, COUNT: 1 } as const;
const COUNT_LEN = 8;
const READ_LEN = 256 * 1024;

interface Counting {
  readonly conn: Deno.TcpConn;
  readonly bodyLen: number;
}

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
  const open = async (purpose: number): Promise<Deno.TcpConn> => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    all.add(conn);
    await writeWhole(conn, Uint8Array.of(purpose));
    return conn;
  };
  const startCounting = async (bodyLen: number): Promise<Counting> => ({
    conn: await open(mode.COUNT),
    bodyLen,
  });
  let counting: Counting | null = null;
  free.push(await open(mode.ECHO));
  return {
    async call(body) {
      const conn = free.pop() ?? await open(mode.ECHO);
      const [answer] = await Promise.all([
        readWhole(conn, body.length),
        writeWhole(conn, body),
      ]);
      free.push(conn);
      return answer;
    },
    async send(body) {
      counting ??= await startCounting(body.length);
      await writeWhole(counting.conn, body);
    },
    async arrived() {
      if (counting === null) return 0;
      const { conn, bodyLen } = counting;
      counting = null;
      await conn.closeWrite();
      const answer = await readWhole(conn, COUNT_LEN);
      all.delete(conn);
      conn.close();
      const bytes = new DataView(answer.buffer).getBigUint64(0);
      return Number(bytes) / bodyLen;
    },
    [Symbol.asyncDispose]() {
      for (const conn of all) conn.close();
      return Promise.resolve();
    },
  };
}

async function accept(listener: Deno.TcpListener): Promise<void> {
  for await (const conn of listener) serveConn(conn);
}

async function serveConn(conn: Deno.TcpConn): Promise<void> {
  conn.setNoDelay(true);
  const [purpose] = await readWhole(conn, 1);
  await (purpose === mode.COUNT ? count(conn) : echo(conn));
  conn.close();
}

async function echo(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(READ_LEN);
  for (;;) {
    const length = await conn.read(buffer);
    if (length === null) return;
    await writeWhole(conn, buffer.subarray(0, length));
  }
}

async function count(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(READ_LEN);
  let bytes = 0;
  for (;;) {
    const length = await conn.read(buffer);
    if (length === null) break;
    bytes += length;
  }
  const answer = new Uint8Array(COUNT_LEN);
  new DataView(answer.buffer).setBigUint64(0, BigInt(bytes));
  await writeWhole(conn, answer);
}

async function readWhole(
  conn: Deno.TcpConn,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const read = await conn.read(bytes.subarray(at));
    if (read === null) throw new Error("The other side has gone");
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
