import { checkCount } from "../../internal/check_options.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Libc } from "../libc/libc.ts";
import { Lease, Lending, type LendingHooks } from "./lending.ts";
import type { PoolLimits } from "./pool_options.ts";
import { type Carrier, Region, type RegionOwner } from "./region.ts";
import { MAX_SIZE } from "./memfd.ts";

const MIN_CAPACITY = 65536;

interface Waiter {
  readonly size: number;
  readonly resolve: (lease: Lease) => void;
  readonly reject: (reason: unknown) => void;
}

/** The regions of a pool that this side fills and sends. */
export class Lender implements RegionOwner {
  readonly #libc: Libc;
  readonly #limits: PoolLimits;
  readonly #leases = new Map<Lending, Lease>();
  /** Regions that are lent, or that receivers aren't done with. */
  readonly #lent = new Set<Region>();
  /** The connections that regions of this pool were sent by. */
  readonly #carriers = new Set<Carrier>();
  readonly #hooks: LendingHooks = {
    join: (carrier) => void this.#carriers.add(carrier),
    copyOf: (region, size) => this.#copyOf(region, size),
    ended: (lending) => void this.#leases.delete(lending),
  };
  readonly #waiters = new Set<Waiter>();
  // In the order of their last use.
  #free: Region[] = [];
  #bytes = 0;
  #ended = false;

  constructor(libc: Libc, limits: PoolLimits) {
    this.#libc = libc;
    this.#limits = limits;
  }

  get regions(): number {
    return this.#free.length + this.#lent.size;
  }

  get lent(): number {
    return this.#lent.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Takes the releases that have come. */
  collect(): void {
    for (const carrier of this.#carriers) carrier.collect();
  }

  leave(carrier: Carrier): void {
    this.#carriers.delete(carrier);
  }

  /** @throws {RpcError} limit-exceeded if all are lent */
  lend(size: number): Lease {
    this.collect();
    return this.#tryLend(size) ?? this.#refuse();
  }

  /** Waits until one is free, in the order of the calls. */
  lendWhenFree(size: number, signal?: AbortSignal): Promise<Lease> {
    signal?.throwIfAborted();
    this.collect();
    if (this.#waiters.size === 0) {
      const lease = this.#tryLend(size);
      if (lease !== null) return Promise.resolve(lease);
    } else {
      this.#capacity(size);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Lease>();
    const settled = (): void => {
      this.#waiters.delete(waiter);
      signal?.removeEventListener("abort", abort);
    };
    const waiter: Waiter = {
      size,
      resolve: (lease) => (settled(), resolve(lease)),
      reject: (reason) => (settled(), reject(reason)),
    };
    const abort = (): void => {
      waiter.reject(signal?.reason);
      // The next one may need less.
      this.#serve();
    };
    signal?.addEventListener("abort", abort);
    this.#waiters.add(waiter);
    for (const carrier of this.#carriers) carrier.expectReleases();
    return promise;
  }

  /** Takes everything back, for good. */
  end(reason: RpcError): void {
    this.#ended = true;
    for (const lease of this.#leases.values()) lease.end(reason.message);
    this.#leases.clear();
    for (const region of this.#lent) this.#discard(region);
    this.#lent.clear();
    for (const region of this.#free) this.#discard(region);
    this.#free = [];
    this.#carriers.clear();
    for (const waiter of this.#waiters) waiter.reject(reason);
  }

  #tryLend(size: number): Lease | null {
    const region = this.#find(this.#capacity(size));
    if (region === null) return null;
    this.#use(region);
    const lending = new Lending(region, size, this.#hooks);
    const lease = new Lease(lending);
    this.#leases.set(lending, lease);
    return lease;
  }

  #use(region: Region): void {
    region.retain();
    this.#lent.add(region);
  }

  #copyOf(region: Region, size: number): Region {
    if (!this.#makeRoom(region.capacity)) return this.#refuse();
    const copy = this.#create(region.capacity);
    copy.mapping.bytes.set(region.mapping.bytes.subarray(0, size));
    this.#use(copy);
    return copy;
  }

  // Powers of two, so that frames of similar sizes share regions.
  #capacity(size: number): number {
    checkCount("size", size, MAX_SIZE);
    const { maxBytes } = this.#limits;
    if (size > maxBytes) {
      throw new RpcError(
        "limit-exceeded",
        `The pool can't lend ${size} bytes, as it may have ${maxBytes}: raise maxBytes`,
        { limit: maxBytes, actual: size },
      );
    }
    const power = 2 ** Math.ceil(Math.log2(Math.max(size, MIN_CAPACITY)));
    return Math.min(power, maxBytes);
  }

  // In this order: a free region of that size, a new one, a larger free one, a new
  // one in place of free ones that are too small.
  #find(capacity: number): Region | null {
    const same = this.#free.findLastIndex((r) => r.capacity === capacity);
    if (same >= 0) return this.#take(same);
    if (this.#hasRoom(capacity)) return this.#create(capacity);
    let larger = -1;
    for (const [i, region] of this.#free.entries()) {
      if (region.capacity < capacity) continue;
      const best = this.#free[larger];
      if (!best || region.capacity < best.capacity) larger = i;
    }
    if (larger >= 0) return this.#take(larger);
    return this.#makeRoom(capacity) ? this.#create(capacity) : null;
  }

  /** Gives up free regions until there is room for one more; false if there can't be. */
  #makeRoom(capacity: number): boolean {
    const lent = this.#bytes - this.#free.reduce((n, r) => n + r.capacity, 0);
    if (this.#lent.size >= this.#limits.maxRegions) return false;
    if (lent + capacity > this.#limits.maxBytes) return false;
    while (!this.#hasRoom(capacity)) this.#discard(this.#free.shift()!);
    return true;
  }

  #hasRoom(capacity: number): boolean {
    return this.regions < this.#limits.maxRegions &&
      this.#bytes + capacity <= this.#limits.maxBytes;
  }

  #take(index: number): Region {
    return this.#free.splice(index, 1)[0]!;
  }

  #create(capacity: number): Region {
    const region = new Region(this.#libc, capacity, this);
    this.#bytes += capacity;
    return region;
  }

  #discard(region: Region): void {
    this.#bytes -= region.capacity;
    for (const carrier of this.#carriers) carrier.forget(region);
    region[Symbol.dispose]();
  }

  takeBack(region: Region): void {
    if (this.#ended) return;
    this.#lent.delete(region);
    if (region.renew()) this.#free.push(region);
    else this.#discard(region);
    this.#serve();
  }

  #serve(): void {
    for (const waiter of this.#waiters) {
      let lease: Lease | null;
      try {
        lease = this.#tryLend(waiter.size);
      } catch (error) {
        waiter.reject(error);
        continue;
      }
      if (lease === null) return;
      waiter.resolve(lease);
    }
  }

  #refuse(): never {
    const { maxRegions, maxBytes } = this.#limits;
    if (this.#lent.size >= maxRegions) {
      throw new RpcError(
        "limit-exceeded",
        `All ${maxRegions} regions of the pool are lent: release one, wait with lendWhenFree, or raise maxRegions`,
        { limit: maxRegions, actual: this.#lent.size },
      );
    }
    throw new RpcError(
      "limit-exceeded",
      `The pool has lent what it may have, ${maxBytes} bytes: release some, wait with lendWhenFree, or raise maxBytes`,
      { limit: maxBytes, actual: this.#bytes },
    );
  }
}
