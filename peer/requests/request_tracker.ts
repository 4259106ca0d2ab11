import { RpcError } from "../../protocol/error.ts";
import { SharedCount } from "../../internal/shared_count.ts";
import { RecentIds } from "./recent_ids.ts";

/** The search for a free id ends after so many, as in the native implementation. */
const MAX_ID_TRIES = 100;

/** How many answered requests are remembered, to know a late update from an unknown id. */
const RECENT = 1024;

/**
 * The tables of open requests of one connection, and their ids. It does no I/O
 * and knows no promise; `S` and `R` are what the peer keeps for a sent and a
 * received request. Each side numbers its own, so an id may be in both.
 */
export class RequestTracker<S, R> {
  readonly #sent = new IdTable<S>();
  readonly #received = new IdTable<R>();
  readonly #recent = new RecentIds(RECENT);
  #nextId: number;
  /** The received requests that are open here and in the tables that share it. */
  readonly allReceived: SharedCount;
  /** The id of a ping that is unanswered, which is in no table; else null. */
  pingId: number | null = null;

  /**
   * Makes empty tables. Ids are given out from `firstId` on.
   *
   * @param allReceived Counts the received requests of several tables together.
   */
  constructor(firstId = 0, allReceived: SharedCount = new SharedCount()) {
    this.#nextId = firstId;
    this.allReceived = allReceived;
  }

  /** How many sent requests are open. */
  get sentCount(): number {
    return this.#sent.size;
  }

  /** How many received requests are open. */
  get receivedCount(): number {
    return this.#received.size;
  }

  /** The id that `takeId` gives next, if it is free. */
  get nextId(): number {
    return this.#nextId;
  }

  /**
   * Gives the next free id for a sent request.
   *
   * @throws {RpcError} `no-free-request-id` if 100 ids in a row are taken.
   */
  takeId(): number {
    for (let tries = 0; tries < MAX_ID_TRIES; tries++) {
      const id = this.#nextId;
      this.#nextId = (id + 1) >>> 0;
      if (this.#sent.get(id) === undefined && id !== this.pingId) return id;
    }
    throw new RpcError(
      "no-free-request-id",
      `The next ${MAX_ID_TRIES} request ids are in use`,
      { limit: MAX_ID_TRIES, actual: this.#sent.size },
    );
  }

  /** Opens a sent request under an id that `takeId` gave. */
  openSent(id: number, entry: S): void {
    this.#sent.add(id, entry);
  }

  /** The open sent request of an id. */
  getSent(id: number): S | undefined {
    return this.#sent.get(id);
  }

  /** Ends a sent request and frees its id; undefined if it isn't open. */
  closeSent(id: number): S | undefined {
    return this.#sent.take(id);
  }

  /** Opens a received request; false if the id is open already. */
  openReceived(id: number, entry: R): boolean {
    if (this.#received.get(id) !== undefined) return false;
    this.#received.add(id, entry);
    this.allReceived.open++;
    return true;
  }

  /** The open received request of an id. */
  getReceived(id: number): R | undefined {
    return this.#received.get(id);
  }

  /** Ends a received request, and remembers for a while that there was one. */
  closeReceived(id: number): R | undefined {
    const entry = this.#received.take(id);
    if (entry !== undefined) {
      this.allReceived.open--;
      this.noteReceived(id);
    }
    return entry;
  }

  /** Remembers for a while that there was a received request, which was never opened. */
  noteReceived(id: number): void {
    this.#recent.add(id);
  }

  /** Whether a received request of an id ended a moment ago. */
  wasReceived(id: number): boolean {
    return this.#recent.has(id);
  }

  /** The sent requests that are open, in no particular order. */
  sent(): Iterable<S> {
    return this.#sent.values();
  }

  /** The received requests that are open, in no particular order. */
  received(): Iterable<R> {
    return this.#received.values();
  }

  /** Ends all sent requests. */
  closeAllSent(): S[] {
    return this.#sent.drain();
  }

  /** Ends all received requests. */
  closeAllReceived(): R[] {
    const entries = this.#received.drain();
    this.allReceived.open -= entries.length;
    return entries;
  }
}

/** Up to here the engine keeps ids beside its objects, without a buffer of their own. */
const FIRST_LENGTH = 16;
const MAX_LENGTH = 64 * 1024;

/**
 * What is kept by request id. Ids mostly follow each other, so the lower bits of
 * one tell its place; where a place is taken, a Map has the later one.
 *
 * Why not a Map alone: whenever it drops deleted entries it makes a new table,
 * which the old one refers to, so that once one of them has become old to the
 * garbage collector all later ones stay, with the requests in them, until the
 * next full collection. Measured with 256 requests in flight: 1.8 of the 22.8 MB
 * between two scavenges, and 2 ms for each instead of 0.3.
 *
 * It grows by what is open at once, and doesn't shrink: an empty one takes 0.4 KiB,
 * one that has had 4096 entries up to 96 KiB, none more than 768 KiB.
 */
export class IdTable<T> {
  #ids = new Uint32Array(FIRST_LENGTH);
  #entries: (T | undefined)[] = new Array(FIRST_LENGTH).fill(undefined);
  #others: Map<number, T> | null = null;
  #placed = 0;

  /** How many entries there are. */
  get size(): number {
    return this.#placed + (this.#others?.size ?? 0);
  }

  /** The entry of an id. */
  get(id: number): T | undefined {
    const at = id & (this.#ids.length - 1);
    if (this.#ids[at] === id) {
      const entry = this.#entries[at];
      if (entry !== undefined) return entry;
    }
    return this.#others?.get(id);
  }

  /** Adds the entry of an id that has none. */
  add(id: number, entry: T): void {
    const { length } = this.#ids;
    const at = id & (length - 1);
    // A user's own transport may bring a number that is no id, and has no place.
    if (this.#entries[at] === undefined && id >>> 0 === id) {
      this.#ids[at] = id;
      this.#entries[at] = entry;
      this.#placed++;
    } else if (2 * this.#placed >= length && length < MAX_LENGTH) {
      this.#grow();
      this.add(id, entry);
    } else (this.#others ??= new Map()).set(id, entry);
  }

  /** Takes the entry of an id out; undefined if it has none. */
  take(id: number): T | undefined {
    const at = id & (this.#ids.length - 1);
    if (this.#ids[at] === id) {
      const entry = this.#entries[at];
      if (entry !== undefined) {
        this.#entries[at] = undefined;
        this.#placed--;
        return entry;
      }
    }
    const others = this.#others;
    if (others === null) return undefined;
    const entry = others.get(id);
    others.delete(id);
    if (others.size === 0) this.#others = null;
    return entry;
  }

  /** All entries, in no particular order. */
  *values(): Generator<T, void, undefined> {
    for (const entry of this.#entries) if (entry !== undefined) yield entry;
    yield* this.#others?.values() ?? [];
  }

  /** Takes all entries out, in no particular order. */
  drain(): T[] {
    const entries = [...this.values()];
    this.#entries.fill(undefined);
    this.#placed = 0;
    this.#others = null;
    return entries;
  }

  #grow(): void {
    const length = 2 * this.#ids.length;
    const ids = new Uint32Array(length);
    const entries: (T | undefined)[] = new Array(length).fill(undefined);
    // Those with different places before have different ones now.
    for (const [i, entry] of this.#entries.entries()) {
      if (entry === undefined) continue;
      const id = this.#ids[i]!;
      ids[id & (length - 1)] = id;
      entries[id & (length - 1)] = entry;
    }
    this.#ids = ids;
    this.#entries = entries;
  }
}
