import type { StreamConfig } from "../../protocol/config.ts";
import { FramedTransport } from "../framed/framed_transport.ts";
import { BytePipe } from "./byte_pipe.ts";
import { MemoryIo } from "./memory_io.ts";

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
