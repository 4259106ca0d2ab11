import { RpcError } from "../../protocol/error.ts";
import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { Libc } from "../libc/libc.ts";
import type { SharedMemoryLease } from "./lease.ts";
import { Lender } from "./lender.ts";
import { MappingCache, type SharedMemoryView } from "./mapping_cache.ts";
import {
  resolvePoolOptions,
  type SharedMemoryPeer,
  type SharedMemoryPoolOptions,
} from "./pool_options.ts";

/** What a pool holds at the moment. */
export interface SharedMemoryPoolStats {
  /** Regions of this side, lent or not. */
  readonly regions: number;
  /** Those that are lent. */
  readonly lent: number;
  /** How many bytes they have, lent or not. */
  readonly bytes: number;
  /** Calls of `lendWhenFree` that wait. */
  readonly waiting: number;
  /** Regions of the other side that are mapped. */
  readonly mappings: number;
}

/** The options of `SharedMemoryPool.lendWhenFree`. */
export interface SharedMemoryLendOptions {
  /** Gives up waiting; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Shared memory for the large frames of one connection, which stays mapped on both
 * sides and is used over and over: some twenty times as fast to fill as new memory.
 *
 * - The sender lends a region, fills it, and sends its descriptor with a message
 *   that says how long the frame is. The receiver maps that, reads it, and answers.
 *   At that the sender releases the region, and may fill it again.
 * - Make one for each peer, with the same peer. Other peers get other memory, so
 *   that none reads what was meant for another; warm memory holds old frames.
 * - It ends with the connection, or by `close`. All that was lent and mapped is
 *   taken back then, and views of it are empty: nothing that is used late can crash.
 *
 * Permissions: `--allow-ffi`, without a scope; Linux on x86-64 or arm64 only.
 *
 * @example Sending a frame, and waiting until the other side is done with it
 * ```ts ignore
 * import { connect, SharedMemoryPool } from "jsr:@fizyr/rpc";
 *
 * await using peer = await connect("unix+seqpacket:/run/viewer.sock");
 * using pool = new SharedMemoryPool(peer);
 * for (let frame = 0; frame < 100; frame++) {
 *   using lease = pool.lend(64 * 1024 * 1024);
 *   lease.bytes.fill(frame);
 *   await peer.call(1, { data: `${lease.size}`, fds: [lease.fd] });
 * }
 * ```
 *
 * @example Receiving frames
 * ```ts ignore
 * import { listen, SharedMemoryPool } from "jsr:@fizyr/rpc";
 *
 * await using listener = listen("unix+seqpacket:/run/viewer.sock");
 * await listener.run(async (peer) => {
 *   using pool = new SharedMemoryPool(peer);
 *   await peer.serve({
 *     1(_request, body) {
 *       using _ = body; // Closes what isn't mapped, if it is refused.
 *       const size = Number(body.text());
 *       // A copy, as the sender may write to the memory at any time.
 *       const frame = pool.map(body.fds[0]!).copy(0, size);
 *       console.log(frame.toSorted().at(-1));
 *     },
 *   });
 * });
 * ```
 */
export class SharedMemoryPool implements Disposable {
  readonly #libc: Libc;
  readonly #lender: Lender;
  readonly #cache: MappingCache;
  #closed = false;

  /**
   * Makes a pool, with nothing in it yet.
   *
   * @param peer The one that it is for.
   * @throws {RangeError} If an option is out of its range.
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi`.
   * @throws {Deno.errors.NotSupported} On other systems.
   */
  constructor(peer: SharedMemoryPeer, options: SharedMemoryPoolOptions = {}) {
    const limits = resolvePoolOptions(options);
    this.#libc = Libc.require("A pool of shared memory");
    this.#lender = new Lender(this.#libc, limits);
    this.#cache = new MappingCache(this.#libc, limits);
    const close = (): void => this.close();
    peer.closed.then(close, close);
  }

  /**
   * Lends memory: what it has, or new memory while the limits allow.
   *
   * - A region has the next power of two of bytes, at least 64 KiB; what isn't
   *   written to takes no memory.
   * - It holds what was in it before.
   *
   * @param size In bytes.
   * @throws {RpcError} `limit-exceeded` if all that it may have is lent (the message
   * names the option; the connection stays usable); `connection-closed` if it has
   * ended.
   * @throws {RangeError} If the size is no integer from 1 to 4 GiB.
   */
  lend(size: number): SharedMemoryLease {
    if (this.#closed) throw ended();
    return this.#lender.lend(size);
  }

  /**
   * The same, but waits until there is enough, in the order of the calls.
   *
   * @throws {RpcError} `connection-closed` if it has ended, or does meanwhile;
   * `limit-exceeded` if it could never lend that much (the connection stays usable).
   * @throws {RangeError} If the size is no integer from 1 to 4 GiB.
   */
  // deno-lint-ignore require-await
  async lendWhenFree(
    size: number,
    options: SharedMemoryLendOptions = {},
  ): Promise<SharedMemoryLease> {
    if (this.#closed) throw ended();
    return this.#lender.lendWhenFree(size, options.signal);
  }

  /**
   * Maps memory that the other side has lent and sent; if it is mapped already,
   * gives the view from before. The descriptor is closed then. If it fails, it is
   * the caller's still.
   *
   * @throws {RpcError} `invalid-shared-memory`, as `SharedMemory.from` (the
   * connection stays usable); `connection-closed` if the pool has ended.
   * @throws {TypeError} If the descriptor is closed.
   */
  map(fd: FileDescriptor): SharedMemoryView {
    if (this.#closed) throw ended();
    if (!(fd instanceof FileDescriptor)) {
      throw new TypeError("Shared memory is mapped from a FileDescriptor");
    }
    return this.#cache.map(fd);
  }

  /** What it holds at the moment. */
  stats(): SharedMemoryPoolStats {
    const { regions, lent, bytes, waiting } = this.#lender;
    return { regions, lent, bytes, waiting, mappings: this.#cache.size };
  }

  /** Takes everything back, once; later calls do nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const error = ended();
    this.#lender.end(error);
    this.#cache.end(error.message);
    this.#libc[Symbol.dispose]();
  }

  /** Takes everything back. */
  [Symbol.dispose](): void {
    this.close();
  }
}

function ended(): RpcError {
  return new RpcError(
    "connection-closed",
    "The pool is closed, or its connection has ended",
    { fatal: true },
  );
}
