import type { StreamConfig } from "../../protocol/config.ts";
import { FramedTransport } from "../framed/framed_transport.ts";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/message.ts";
import type { ByteIo } from "../framed/byte_io.ts";
import { BrokenPipe, Interrupted } from "../../internal/runtime/errors.ts";

/** What is known of a connection in memory. */
export interface MemoryInfo {
  /** Always `"memory"`. */
  readonly transport: "memory";
}

/**
 * Two linked ends in one process, for tests and examples. Needs no permission.
 * It frames bytes as a socket does, with the same limits, and holds 64 KiB in
 * each direction.
 *
 * @example A client and a server in one program
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const [a, b] = MemoryTransport.pair();
 * await using client = Peer.spawn(a);
 * await using server = Peer.spawn(b);
 * const serving = server.serve({ 1: (_request, body) => `Hello ${body.text()}!` });
 * assertEquals((await client.call(1, "World")).text(), "Hello World!");
 * await client.close();
 * await serving;
 * ```
 */
export class MemoryTransport extends FramedTransport<MemoryInfo> {
  private constructor(io: MemoryIo, config?: StreamConfig) {
    super(io, { transport: "memory" }, config);
  }

  /**
   * Makes two linked ends.
   *
   * @param config The limits of both ends.
   * @throws {RangeError} If a limit is out of its range.
   */
  static pair(config?: StreamConfig): [MemoryTransport, MemoryTransport] {
    const there = new BytePipe();
    const back = new BytePipe();
    return [
      new MemoryTransport(new MemoryIo(back, there), config),
      new MemoryTransport(new MemoryIo(there, back), config),
    ];
  }
}

/** One end of two pipes in memory. */
export class MemoryIo implements ByteIo {
  // A pipe copies the bytes.
  readonly keepsBytes = false;
  readonly losesOnClose = false;
  readonly #input: BytePipe;
  readonly #output: BytePipe;

  /** Reads from one pipe and writes to the other. */
  constructor(input: BytePipe, output: BytePipe) {
    this.#input = input;
    this.#output = output;
  }

  async receive(decoder: FrameDecoder): Promise<Message[] | null> {
    const chunk = await this.#input.read();
    return chunk === null ? null : decoder.push(chunk);
  }

  send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    return this.#output.write(bytes);
  }

  closeWrite(): Promise<void> {
    this.#output.end();
    return Promise.resolve();
  }

  close(): void {
    this.#output.end();
    this.#input.break();
  }

  // A connection in memory never keeps the program alive.
  ref(): void {}
  unref(): void {}
}

/** How many bytes a pipe holds, like a socket's buffer. */
const CAPACITY = 64 * 1024;

/**
 * One direction of bytes in memory. A write takes what fits and may be short,
 * as on a socket; a reader gets whole chunks.
 */
export class BytePipe {
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  #ended = false;
  #broken = false;
  #reader: PromiseWithResolvers<void> | null = null;
  #writer: PromiseWithResolvers<void> | null = null;

  /** Waits for room. Resolves to the number of bytes taken, which are copied. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    while (this.#size >= CAPACITY && !this.#broken && !this.#ended) {
      this.#writer ??= Promise.withResolvers();
      await this.#writer.promise;
    }
    if (this.#ended) throw new Interrupted("This end is closed");
    if (this.#broken) {
      throw new BrokenPipe("The other end is closed");
    }
    const chunk = bytes.slice(0, CAPACITY - this.#size);
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#wakeReader();
    return chunk.length;
  }

  /** Waits for bytes; null at the end. */
  async read(): Promise<Uint8Array<ArrayBuffer> | null> {
    while (this.#chunks.length === 0 && !this.#ended && !this.#broken) {
      this.#reader ??= Promise.withResolvers();
      await this.#reader.promise;
    }
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return null;
    this.#size -= chunk.length;
    this.#wakeWriter();
    return chunk;
  }

  /** Ends writing. What is in the pipe can still be read. */
  end(): void {
    this.#ended = true;
    this.#wakeReader();
    this.#wakeWriter();
  }

  /** Ends reading: drops what is in the pipe, and fails writes. */
  break(): void {
    this.#broken = true;
    this.#chunks = [];
    this.#size = 0;
    this.#wakeReader();
    this.#wakeWriter();
  }

  #wakeReader(): void {
    this.#reader?.resolve();
    this.#reader = null;
  }

  #wakeWriter(): void {
    this.#writer?.resolve();
    this.#writer = null;
  }
}
