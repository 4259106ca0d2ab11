import { RAW_HELLO_LEN, rawMode } from "./shape.ts";

// As fast as a larger buffer, and it stays in the CPU's cache.
const SINK_BUFFER_LEN = 256 * 1024;

/** Accepts raw connections until the listener is closed. */
export async function serveRaw(listener: Deno.Listener): Promise<void> {
  for await (const conn of listener) {
    if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
    serveConn(conn).catch((error) => console.error("raw server:", error));
  }
}

async function serveConn(conn: Deno.Conn): Promise<void> {
  using _ = conn;
  const hello = new Uint8Array(RAW_HELLO_LEN);
  if (!await readFull(conn, hello)) return;
  const size = new DataView(hello.buffer).getUint32(1);
  if (hello[0] === rawMode.ECHO) await echo(conn, new Uint8Array(size));
  else if (hello[0] === rawMode.ECHO_KEEP) await echoAndKeep(conn, size);
  else if (hello[0] === rawMode.SINK) await sink(conn, size);
  else await keep(conn, size);
}

async function echo(conn: Deno.Conn, frame: Uint8Array): Promise<void> {
  while (true) {
    const count = await conn.read(frame);
    if (count === null) return;
    if (count < frame.length) {
      if (!await readFull(conn, frame.subarray(count))) return;
    }
    const written = await conn.write(frame);
    if (written < frame.length) await writeAll(conn, frame.subarray(written));
  }
}

// The least that an RPC server must do, since a delivered body stays valid.
async function echoAndKeep(conn: Deno.Conn, frameLen: number): Promise<void> {
  while (true) {
    const frame = new Uint8Array(frameLen);
    if (!await readFull(conn, frame)) return;
    await writeAll(conn, frame);
  }
}

async function sink(conn: Deno.Conn, blockLen: number): Promise<void> {
  const buffer = new Uint8Array(SINK_BUFFER_LEN);
  const receipt = new Uint8Array(1);
  let pending = 0;
  while (true) {
    const count = await conn.read(buffer);
    if (count === null) return;
    pending += count;
    while (pending >= blockLen) {
      pending -= blockLen;
      await writeAll(conn, receipt);
    }
  }
}

async function keep(conn: Deno.Conn, blockLen: number): Promise<void> {
  const receipt = new Uint8Array(1);
  while (true) {
    if (!await readFull(conn, new Uint8Array(blockLen))) return;
    await writeAll(conn, receipt);
  }
}

/** Fills the buffer; false if the connection ended before that. */
export async function readFull(
  conn: Deno.Conn,
  buffer: Uint8Array,
): Promise<boolean> {
  let done = 0;
  while (done < buffer.length) {
    const rest = done === 0 ? buffer : buffer.subarray(done);
    const count = await conn.read(rest);
    if (count === null) return false;
    done += count;
  }
  return true;
}

/** Writes the whole buffer: one `conn.write` may be short. */
export async function writeAll(
  conn: Deno.Conn,
  buffer: Uint8Array,
): Promise<void> {
  let done = 0;
  while (done < buffer.length) {
    done += await conn.write(done === 0 ? buffer : buffer.subarray(done));
  }
}
