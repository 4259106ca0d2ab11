import { readFull, writeAll } from "./raw_server.ts";
import { RAW_HELLO_LEN, rawMode, type ServerAddresses } from "./shape.ts";

async function connectRaw(
  address: ServerAddresses["raw"],
  mode: number,
  size: number,
): Promise<Deno.Conn> {
  let conn: Deno.Conn;
  if ("path" in address) {
    conn = await Deno.connect(address);
  } else {
    const tcp = await Deno.connect(address);
    tcp.setNoDelay(true);
    conn = tcp;
  }
  const hello = new Uint8Array(RAW_HELLO_LEN);
  hello[0] = mode;
  new DataView(hello.buffer).setUint32(1, size);
  await writeAll(conn, hello);
  return conn;
}

/** A connection on which each frame is answered with itself. */
export class RawEcho implements Disposable {
  #conn: Deno.Conn;
  #frame: Uint8Array;
  #keeps: boolean;

  private constructor(conn: Deno.Conn, frameLen: number, keeps: boolean) {
    this.#conn = conn;
    this.#frame = new Uint8Array(frameLen);
    this.#keeps = keeps;
  }

  /**
   * Connects, for frames of this length.
   *
   * - Both sides read all frames into one buffer ("ECHO"), or each frame into a
   *   buffer of its own.
   */
  static async connect(
    address: ServerAddresses["raw"],
    frameLen: number,
    mode: "ECHO" | "ECHO_KEEP" = "ECHO",
  ): Promise<RawEcho> {
    const conn = await connectRaw(address, rawMode[mode], frameLen);
    return new RawEcho(conn, frameLen, mode === "ECHO_KEEP");
  }

  /** One round trip: writes the frame, and reads it back. */
  async roundTrip(): Promise<void> {
    const frame = this.#frame;
    const written = await this.#conn.write(frame);
    if (written < frame.length) {
      await writeAll(this.#conn, frame.subarray(written));
    }
    const answer = this.#keeps ? new Uint8Array(frame.length) : frame;
    const count = await this.#conn.read(answer);
    if (count === null) throw new Error("The raw server hung up");
    if (count < answer.length) {
      if (!await readFull(this.#conn, answer.subarray(count))) {
        throw new Error("The raw server hung up");
      }
    }
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

/** A connection whose other end reads, and sends a receipt for each block. */
export class RawSink implements Disposable {
  #conn: Deno.Conn;
  #receipts = new Uint8Array(64);

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /**
   * Connects; the server sends one byte for each `blockLen` bytes.
   *
   * - It reads everything into one buffer ("SINK"), or each block into a buffer of
   *   its own.
   */
  static async connect(
    address: ServerAddresses["raw"],
    blockLen: number,
    mode: "SINK" | "KEEP" = "SINK",
  ): Promise<RawSink> {
    return new RawSink(await connectRaw(address, rawMode[mode], blockLen));
  }

  /**
   * Writes the block `count` times, and waits for all receipts.
   *
   * - At most `width` blocks are without a receipt at any time.
   */
  async copy(block: Uint8Array, count: number, width: number): Promise<void> {
    let open = 0;
    for (let sent = 0; sent < count; sent++) {
      if (open === width) open -= await this.#readReceipts();
      await writeAll(this.#conn, block);
      open++;
    }
    while (open > 0) open -= await this.#readReceipts();
  }

  /** Writes the frame `count` times, one write each, then awaits a receipt. */
  async oneWay(frame: Uint8Array, count: number): Promise<void> {
    for (let sent = 0; sent < count; sent++) {
      const written = await this.#conn.write(frame);
      if (written < frame.length) {
        await writeAll(this.#conn, frame.subarray(written));
      }
    }
    await this.#readReceipts();
  }

  async #readReceipts(): Promise<number> {
    const count = await this.#conn.read(this.#receipts);
    if (count === null) throw new Error("The raw server hung up");
    return count;
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}
