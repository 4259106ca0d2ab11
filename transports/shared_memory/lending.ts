import {
  type LentInput,
  type LentMemory,
  lentMemory,
} from "../../protocol/body.ts";
import type { Carrier, Region } from "./region.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";

/** What a lending needs of the pool that has lent it. */
export interface LendingHooks {
  /** Has a new connection that the pool's regions are sent by. */
  join(carrier: Carrier): void;
  /**
   * A region that nobody has been sent, with the same bytes.
   *
   * @throws {RpcError} If the limits of the pool allow none.
   */
  copyOf(region: Region, size: number): Region;
  /** Nobody here holds the lease any more. */
  ended(lending: Lending): void;
}

/**
 * A region while it is lent: who holds it here, and whether it has been sent. It
 * counts as one of those that use the region, together with each delivery of it.
 */
export class Lending implements LentMemory {
  /** How many bytes were asked for. */
  readonly size: number;
  readonly #hooks: LendingHooks;
  #region: Region;
  #holders = 1;
  #sent = false;

  /** Lends a region, which counts this one already. */
  constructor(region: Region, size: number, hooks: LendingHooks) {
    this.#region = region;
    this.size = size;
    this.#hooks = hooks;
  }

  /** The region. */
  get region(): Region {
    return this.#region;
  }

  /** Whether it was sent as a reference, so that nobody may write to it. */
  get sent(): boolean {
    return this.#sent;
  }

  /** Whether nobody here holds it. */
  get ended(): boolean {
    return this.#holders === 0;
  }

  /**
   * The region, to be sent by a connection. If others have been sent it in an earlier
   * lending, and not this connection, they could read what is for this one only: so
   * the bytes move to a region that nobody has been sent.
   *
   * @throws {RpcError} If they have to, and the limits of the pool allow none.
   */
  regionFor(carrier: Carrier): Region {
    if (!this.#region.admits(carrier)) {
      const region = this.#hooks.copyOf(this.#region, this.size);
      this.#region.retire();
      this.#region.release();
      this.#region = region;
    }
    this.#hooks.join(carrier);
    return this.#region;
  }

  /** It goes out by a connection, which counts as one that uses the region. */
  markSent(carrier: Carrier): void {
    this.#freeze();
    this.#region.addTo(carrier);
  }

  copy(): Uint8Array<ArrayBuffer> {
    this.#check();
    return this.#region.mapping.bytes.slice(0, this.size);
  }

  hold(): LentInput & Disposable {
    this.#check();
    this.#freeze();
    this.#holders++;
    return new Hold(this);
  }

  /** One holder less. */
  release(): void {
    if (--this.#holders > 0) return;
    this.#hooks.ended(this);
    this.#region.release();
  }

  /** Nobody here writes to it from now on: views of it become empty. */
  #freeze(): void {
    if (this.#sent) return;
    this.#sent = true;
    this.#region.mapping.renew();
  }

  #check(): void {
    if (this.ended || this.#region.ended) {
      throw new TypeError("The lease has been released, or its pool has ended");
    }
  }
}

/** A hold on a lease, for one who sends it later. */
class Hold implements LentInput, Disposable {
  readonly [lentMemory]: Lending;
  #released = false;

  constructor(lending: Lending) {
    this[lentMemory] = lending;
  }

  get data(): Uint8Array<ArrayBuffer> {
    return this[lentMemory].copy();
  }

  [Symbol.dispose](): void {
    if (this.#released) return;
    this.#released = true;
    this[lentMemory].release();
  }
}

/**
 * Memory that a {@linkcode SharedMemoryPool} has lent. Fill `bytes`, and send it.
 *
 * - Over rings (`unix+shm:`) send the lease itself: `peer.call(1, lease)`. A lease of
 *   64 KiB or more arrives as a view of this memory, whatever its size; a shorter one
 *   as a copy. It can be sent several times, to others too. From the first send on
 *   `bytes` throws and views of them are empty, as nobody may write to what is being
 *   read. Dispose it once the sends have resolved: the memory is lent again when the
 *   receivers are done with it too.
 * - The same call over another transport sends a copy.
 * - Over a Unix seqpacket socket send `fd`, and release the lease when the other side
 *   has said that it is done.
 *
 * After the release, views of the bytes are empty, and `bytes` and `fd` throw. A lease
 * that isn't released ends with the pool.
 */
export interface SharedMemoryLease extends LentInput, Disposable {
  /**
   * The memory, of `size` bytes, with its previous content.
   *
   * @throws {TypeError} If it has been sent over rings, released, or the pool has
   * ended.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /**
   * The same: a lease is a body.
   *
   * @throws {TypeError} As `bytes`.
   */
  readonly data: Uint8Array<ArrayBuffer>;
  /**
   * The descriptor, to be sent. It belongs to the pool: don't close it.
   *
   * @throws {TypeError} If it has been released, or the pool has ended.
   */
  readonly fd: FileDescriptor;
  /** How many bytes were asked for; the other side maps the next power of two, at least 64 KiB. */
  readonly size: number;
  /** Whether it has been released, or the pool has ended. */
  readonly released: boolean;
  /** Gives the memory back to the pool, once; later calls do nothing. */
  release(): void;
}

/** The lease of a region. */
export class Lease implements SharedMemoryLease {
  readonly #lending: Lending;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #ended: string | null = null;

  constructor(lending: Lending) {
    this.#lending = lending;
    const { region, size } = lending;
    this.#bytes = region.mapping.bytes.subarray(0, size);
  }

  get [lentMemory](): Lending {
    this.#check();
    return this.#lending;
  }

  get size(): number {
    return this.#lending.size;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    this.#check();
    if (!this.#lending.sent) return this.#bytes;
    throw new TypeError(
      "The lease has been sent, and others may be reading it: lend another one to write to",
    );
  }

  get data(): Uint8Array<ArrayBuffer> {
    return this.bytes;
  }

  get fd(): FileDescriptor {
    this.#check();
    return this.#lending.region.give();
  }

  get released(): boolean {
    return this.#ended !== null;
  }

  release(): void {
    if (this.#ended !== null) return;
    this.#ended = "The lease has been released";
    this.#lending.release();
  }

  /** Ends it, when the pool ends. */
  end(reason: string): void {
    this.#ended ??= reason;
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #check(): void {
    if (this.#ended !== null) throw new TypeError(this.#ended);
  }
}

/** Takes the largest size of regions that a connection accepts. */
type SetLimit = (maxSize: number) => void;

/** By the `info` of the connection, which its pool knows it by. */
const connections = new WeakMap<object, SetLimit>();

/** Lets the pool of a connection limit what that accepts. */
export function takesFrameLimit(info: object, set: SetLimit): void {
  connections.set(info, set);
}

/** Limits the regions that a connection accepts, if it accepts any. */
export function limitFrames(info: unknown, maxSize: number): void {
  if (typeof info === "object" && info !== null) {
    connections.get(info)?.(maxSize);
  }
}
