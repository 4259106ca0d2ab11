import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import type { Libc } from "../libc/libc.ts";
import { Mapping } from "./mapping.ts";
import { createMemfd, sealMemfd } from "./memfd.ts";

/** A connection that passes regions on, as references. */
export interface Carrier {
  /** Takes the releases that have come from the other side. */
  collect(): void;
  /** Somebody waits for a region: the next release is to be noticed at once. */
  expectReleases(): void;
  /** A region is given up: the other side needn't keep it mapped. */
  forget(region: Region): void;
}

/** What a connection needs of a pool whose regions it passes on. */
export interface CarriedPool {
  /** How many wait for a region. */
  readonly waiting: number;
  /** The connection has ended. */
  leave(carrier: Carrier): void;
}

/** The pool that a region belongs to. */
export interface RegionOwner extends CarriedPool {
  /** Nobody uses the region any more. */
  takeBack(region: Region): void;
}

/**
 * Sealed memory that a pool lends again and again. It counts who uses it: the lease,
 * and each delivery by a connection.
 */
export class Region implements Disposable {
  readonly capacity: number;
  readonly fd: FileDescriptor;
  readonly mapping: Mapping;
  /** The pool that it belongs to. */
  readonly owner: RegionOwner;
  /** Which lending this is: it tells releases of this one from those of earlier ones. */
  generation = 0;
  #count = 0;
  /** The connections that it was ever sent by; each of the other sides can read it for ever. */
  readonly #audience = new WeakSet<Carrier>();
  /** Whether it may be sent by any connection, as nobody has it from an earlier lending. */
  #isOpen = true;
  #wasGiven = false;
  #retired = false;
  #ended = false;

  constructor(libc: Libc, capacity: number, owner: RegionOwner) {
    const fd = createMemfd(libc, capacity, "fizyr-rpc-pool");
    try {
      this.mapping = new Mapping(libc, fd.fd, capacity, true);
    } catch (error) {
      fd.close();
      throw error;
    }
    this.capacity = capacity;
    this.fd = fd;
    this.owner = owner;
    try {
      sealMemfd(libc, fd.fd, false);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Whether it is given up. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether it may be sent by a connection. */
  admits(carrier: Carrier): boolean {
    return this.#isOpen || this.#audience.has(carrier);
  }

  /** Sends it by a connection, which counts as one that uses it. */
  addTo(carrier: Carrier): void {
    this.#audience.add(carrier);
    this.#wasGiven = true;
    this.retain();
  }

  /** Its descriptor is given out: nobody knows who gets it. */
  give(): FileDescriptor {
    this.#wasGiven = true;
    return this.fd;
  }

  /** It isn't to be lent again. */
  retire(): void {
    this.#retired = true;
  }

  /** One more uses it. */
  retain(): void {
    this.#count++;
  }

  /** One uses it no longer. */
  release(): void {
    if (--this.#count === 0) this.owner.takeBack(this);
  }

  /**
   * Makes it ready to be lent again, with a new ArrayBuffer. False if it can't be
   * lent: the borrower has transferred the last one or closed the descriptor, or a
   * receiver has given it to a worker.
   */
  renew(): boolean {
    if (this.#retired || this.fd.closed || this.mapping.taken) return false;
    this.mapping.renew();
    this.#isOpen &&= !this.#wasGiven;
    this.generation = (this.generation + 1) >>> 0;
    return true;
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.mapping[Symbol.dispose]();
    this.fd.close();
  }
}
