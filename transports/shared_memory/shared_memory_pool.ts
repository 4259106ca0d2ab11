import { RpcError } from "../../protocol/error.ts";
import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { Libc } from "../libc/libc.ts";
import { limitFrames, type SharedMemoryLease } from "./lending.ts";
import { Lender } from "./lender.ts";
import { MappingCache, type SharedMemoryView } from "./mapping_cache.ts";
import {
  resolvePoolOptions,
  type SharedMemoryPeer,
  type SharedMemoryPoolOptions,
} from "./pool_options.ts";

/** What a pool holds now. */
export interface SharedMemoryPoolStats {
  /** Regions of this side, lent or not. */
  readonly regions: number;
  /** Regions of this side that are lent, or that receivers aren't done with. */
  readonly lent: number;
  /** The bytes of all regions of this side, lent or not. */
  readonly bytes: number;
  /** Pending calls of `lendWhenFree`. */
  readonly waiting: number;
  /** Regions of the other side that are mapped. */
  readonly mappings: number;
}

/** The options of `SharedMemoryPool.lendWhenFree`. */
export interface SharedMemoryLendOptions {
  /** Ends the wait; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Shared memory for the large frames of one connection. It stays mapped on both
 * sides and is used again and again, so filling it is some twenty times as fast as
 * filling new memory.
 *
 * - Over rings (`unix+shm:`) the sender lends a region, fills it, sends the lease as
 *   a body, and disposes it. It arrives as a view, and its memory is lent again when
 *   the receivers have disposed theirs. See {@linkcode SharedMemoryLease}.
 * - Over a Unix seqpacket socket the sender sends the descriptor, with a message that
 *   says how long the frame is. The receiver maps the region, reads it, and answers.
 *   Then the sender releases the region, and may fill it again.
 * - Make one pool for each peer. Its memory still holds old frames, so no other peer
 *   may get it. Over rings the pool sees to that: a lease can go to any peer, and
 *   what was an earlier frame of others is copied first.
 * - It ends with the connection, or by `close`. Then everything that was lent and
 *   mapped is taken back, and views of it are empty, so that late use can't crash.
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
   * Makes an empty pool.
   *
   * @param peer The peer with which the frames are exchanged; null for a pool whose
   * leases go to several peers over rings, such as those of a `Broadcast`, and which
   * ends by `close` only.
   * @throws {RangeError} If an option is out of its range.
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi`.
   * @throws {Deno.errors.NotSupported} On other systems.
   */
  constructor(
    peer: SharedMemoryPeer | null,
    options: SharedMemoryPoolOptions = {},
  ) {
    const limits = resolvePoolOptions(options);
    this.#libc = Libc.require("A pool of shared memory");
    this.#lender = new Lender(this.#libc, limits);
    this.#cache = new MappingCache(this.#libc, limits);
    if (peer === null) return;
    limitFrames(peer.info, limits.maxSize);
    const close = (): void => this.close();
    peer.closed.then(close, close);
  }

  /**
   * Lends a free region, or a new one if the limits allow.
   *
   * - The size of a region is the next power of two, at least 64 KiB. Pages that
   *   are never written to take no memory.
   * - It has its previous content.
   *
   * @param size In bytes.
   * @throws {RpcError} `limit-exceeded` if all that the limits allow is lent (the
   * message names the option; the connection stays usable); `connection-closed` if
   * the pool has ended.
   * @throws {RangeError} If the size is no integer from 1 to 4 GiB.
   */
  lend(size: number): SharedMemoryLease {
    if (this.#closed) throw ended();
    return this.#lender.lend(size);
  }

  /**
   * Like `lend`, but waits until there is enough, in the order of the calls.
   *
   * @throws {RpcError} `connection-closed` if the pool has ended, or ends
   * meanwhile; `limit-exceeded` if it could never lend that much (the connection
   * stays usable).
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
   * Maps memory that the other side has lent and sent. If it is mapped already,
   * gives the same view again. The descriptor is closed. If this fails, the
   * descriptor still belongs to the caller.
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

  /** What the pool holds now. */
  stats(): SharedMemoryPoolStats {
    this.#lender.collect();
    const { regions, lent, bytes, waiting } = this.#lender;
    return { regions, lent, bytes, waiting, mappings: this.#cache.size };
  }

  /** Ends the pool and takes everything back, once; later calls do nothing. */
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
