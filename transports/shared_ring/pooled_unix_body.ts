import type { BodyPool } from "../../protocol/large_body.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { UnixBody } from "../unix_seqpacket/unix_body.ts";

/** A received body with a buffer of its own, which goes back to a pool on dispose. */
export class PooledUnixBody extends UnixBody {
  readonly #pool: BodyPool;

  /** Wraps bytes that have a buffer of their own. */
  constructor(
    data: Uint8Array<ArrayBuffer>,
    fds: FileDescriptor[],
    pool: BodyPool,
  ) {
    super(data, fds);
    this.#pool = pool;
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#pool.give(this.data);
  }
}
