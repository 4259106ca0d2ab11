import {
  type LentInput,
  type LentMemory,
  lentMemory,
} from "../../protocol/body.ts";
import type { Carrier, Region } from "./region.ts";

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
