import { EPOLLIN, EPOLLOUT } from "../libc/constants.ts";
import type { Epoll } from "./epoll.ts";
import type { Watched } from "./watched.ts";

/** A descriptor that was ready in so many turns is asked in each turn from then on. */
const TURNS_TO_HEAT = 4;
/** Until it wasn't in so many. */
const MISSES_TO_COOL = 32;
/** Each costs a system call a turn. */
const MAX_HOT = 8;
/** How often epoll is asked too while those keep the program busy. */
const POLL_EVERY = 8;

interface Entry {
  readonly watched: Watched;
  /** The events that it is watched for; 0 if it isn't registered with epoll. */
  interest: number;
  /** In how many turns it was ready; when it is hot, in how many it wasn't. */
  turns: number;
}

/**
 * The descriptors that are watched, and for what.
 *
 * Busy ones ("hot") are taken out of epoll meanwhile and asked directly. Each
 * datagram that comes or is read would cost a visit to epoll's lock, on both CPUs:
 * an eighth of the time of a round trip with 256 in flight.
 */
export class WatchList {
  readonly #epoll: Epoll;
  readonly #entries = new Map<number, Entry>();
  readonly #hot = new Set<Entry>();
  readonly #tell = (fd: number, events: number): void =>
    this.#onReady(fd, events);
  #turns = 0;

  /** An empty list; the epoll instance stays its owner's. */
  constructor(epoll: Epoll) {
    this.#epoll = epoll;
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether a descriptor is among them. */
  has(fd: number): boolean {
    return this.#entries.has(fd);
  }

  /** All of them, as they are now. */
  all(): Watched[] {
    return [...this.#entries.values()].map(({ watched }) => watched);
  }

  /** Adds one, which is watched for nothing yet. */
  add(watched: Watched): void {
    this.#entries.set(watched.fd, { watched, interest: 0, turns: 0 });
  }

  /** Takes one out, which is still open; whether it was there. */
  delete(fd: number): boolean {
    const entry = this.#entries.get(fd);
    if (entry === undefined) return false;
    if (!this.#hot.delete(entry) && entry.interest !== 0) {
      this.#epoll.remove(fd);
    }
    return this.#entries.delete(fd);
  }

  /**
   * Watches for these events too; whether that is new. If the system refuses, the
   * one that is watched is told.
   */
  want(fd: number, events: number): boolean {
    const entry = this.#entries.get(fd);
    if (entry === undefined || (entry.interest & events) === events) {
      return false;
    }
    try {
      this.#setInterest(entry, entry.interest | events);
      return true;
    } catch (error) {
      entry.watched.onFailed(error);
      return false;
    }
  }

  /** Watches no more for these events. */
  drop(fd: number, events: number): void {
    const entry = this.#entries.get(fd);
    if (entry !== undefined) this.#setInterest(entry, entry.interest & ~events);
  }

  /** Tells all that are ready; how many there were. */
  tellReady(): number {
    let ready = 0;
    for (const entry of this.#hot) {
      if (tell(entry.watched, EPOLLIN)) {
        entry.turns = 0;
        ready++;
      } else if (this.#hot.has(entry) && ++entry.turns === MISSES_TO_COOL) {
        this.#cool(entry);
      }
    }
    // One of them may have been the last.
    if (this.size === 0) return ready;
    if (ready > 0 && ++this.#turns % POLL_EVERY !== 0) return ready;
    try {
      return ready + this.#epoll.poll(this.#tell);
    } catch (error) {
      for (const watched of this.all()) watched.onFailed(error);
      return 0;
    }
  }

  /** Has epoll watch all of them, so that one can sleep. */
  coolAll(): void {
    for (const entry of this.#hot) this.#cool(entry);
  }

  #setInterest(entry: Entry, interest: number): void {
    if (this.#hot.has(entry)) this.#cool(entry);
    const { fd } = entry.watched;
    if (entry.interest === interest) return;
    if (entry.interest === 0) this.#epoll.add(fd, interest);
    else if (interest === 0) this.#epoll.remove(fd);
    else this.#epoll.modify(fd, interest);
    entry.interest = interest;
  }

  #heat(entry: Entry): void {
    entry.turns = 0;
    this.#hot.add(entry);
    this.#epoll.remove(entry.watched.fd);
  }

  #cool(entry: Entry): void {
    entry.turns = 0;
    this.#hot.delete(entry);
    try {
      this.#epoll.add(entry.watched.fd, entry.interest);
    } catch (error) {
      entry.interest = 0;
      entry.watched.onFailed(error);
    }
  }

  #onReady(fd: number, events: number): void {
    const entry = this.#entries.get(fd);
    if (entry === undefined) return;
    const ready = tell(entry.watched, events);
    // Only what comes and comes is busy: no end, and nothing that waits for room.
    if (!ready || events !== EPOLLIN) return;
    if (++entry.turns < TURNS_TO_HEAT || this.#hot.size === MAX_HOT) return;
    if (entry.interest === 0 || entry.interest & EPOLLOUT) return;
    if (this.#entries.get(fd) === entry) this.#heat(entry);
  }
}

/** An error that one of them throws is its own, and doesn't keep the others from their turn. */
function tell(watched: Watched, events: number): boolean {
  try {
    return watched.onReady(events);
  } catch (error) {
    watched.onFailed(error);
    return true;
  }
}
