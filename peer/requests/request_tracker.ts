import { RpcError } from "../../protocol/error.ts";
import { IdTable } from "./id_table.ts";

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
  readonly #recent = new Uint32Array(RECENT);
  #recentCount = 0;
  #nextId: number;
  /** The id of a ping that is unanswered, which is in no table; else null. */
  pingId: number | null = null;

  /** Makes empty tables. Ids are given out from `firstId` on. */
  constructor(firstId = 0) {
    this.#nextId = firstId;
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
    return true;
  }

  /** The open received request of an id. */
  getReceived(id: number): R | undefined {
    return this.#received.get(id);
  }

  /** Ends a received request, and remembers for a while that there was one. */
  closeReceived(id: number): R | undefined {
    const entry = this.#received.take(id);
    if (entry !== undefined) this.noteReceived(id);
    return entry;
  }

  /** Remembers for a while that there was a received request, which was never opened. */
  noteReceived(id: number): void {
    this.#recent[this.#recentCount++ % RECENT] = id;
  }

  /** Whether a received request of an id ended a moment ago. */
  wasReceived(id: number): boolean {
    const index = this.#recent.indexOf(id);
    return index >= 0 && index < this.#recentCount;
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
    return this.#received.drain();
  }
}
