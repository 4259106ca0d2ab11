import type { Libc } from "../libc/libc.ts";
import { Mapping } from "../shared_memory/mapping.ts";
import { memoryLen, type RingSizes, ringsOf } from "./ring_layout.ts";
import { RingReader } from "./ring_reader.ts";
import { RingWriter } from "./ring_writer.ts";

/** Which side of a connection this is. */
export type RingRole = "connect" | "accept";

/** The two rings of a connection, as one side has them mapped. */
export class Rings implements Disposable {
  /** What this side reads. */
  readonly incoming: RingReader;
  /** What this side writes. */
  readonly outgoing: RingWriter;
  readonly #mapping: Mapping;

  /**
   * Maps the memory of a connection.
   *
   * @throws {Error} If the system refuses.
   */
  constructor(libc: Libc, fd: number, sizes: RingSizes, role: RingRole) {
    this.#mapping = new Mapping(libc, fd, memoryLen(sizes), true);
    const [there, back] = ringsOf(this.#mapping.bytes.buffer, sizes);
    const connects = role === "connect";
    this.incoming = new RingReader(connects ? back : there);
    this.outgoing = new RingWriter(connects ? there : back);
  }

  /**
   * Gives the pages of the outgoing ring back to the system, if the other side is
   * done with everything in it: what isn't written yet is nobody's. If it isn't, it
   * is asked to wake this side when it has read on.
   *
   * @returns Whether the pages are given back.
   * @throws {RpcError} If the reader's index can't be right.
   */
  giveBack(): boolean {
    if (this.outgoing.sleepUntilEmpty()) return false;
    const { offset, size } = this.outgoing.memory;
    this.#mapping.discard(offset, size);
    return true;
  }

  /** Unmaps the memory; no view of it can be used any more. */
  [Symbol.dispose](): void {
    this.#mapping[Symbol.dispose]();
  }
}
