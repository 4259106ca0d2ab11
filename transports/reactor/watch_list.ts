import { EPOLLIN, EPOLLOUT } from "../libc/constants.ts";
import type { Epoll } from "./epoll.ts";
import { TurnTime } from "./turn_time.ts";
import type { Watched } from "./watched.ts";

/**
 * A descriptor that was ready in this many turns becomes hot: each turn asks it
 * directly.
 */
const TURNS_TO_HEAT = 4;
/** A hot descriptor that wasn't ready in this many turns goes back to epoll. */
const MISSES_TO_COOL = 32;
/** The most hot descriptors. Each costs a system call a turn. */
const MAX_HOT = 8;
/**
 * While hot descriptors keep the program busy, epoll is asked once in this many
 * turns.
 */
const POLL_EVERY = 8;

/** The part of an epoll instance that is used here. */
export type Poller = Pick<
  Epoll,
  "add" | "modify" | "remove" | "poll" | "fd" | "events"
>;

interface Entry {
  readonly watched: Watched;
  /** The events to watch for; 0 if it isn't registered with epoll. */
  interest: number;
  /** In how many turns it was ready; if it is hot, in how many it wasn't. */
  turns: number;
}

/**
 * The descriptors that are watched, and for what.
 *
 * Busy ones ("hot") are taken out of epoll and asked directly. In epoll, each
 * datagram that comes or is read would take epoll's lock, on both CPUs, which costs
 * an eighth of the time of a round trip with 256 in flight.
 */
export class WatchList {
  readonly #epoll: Poller;
  readonly #turnTime: TurnTime;
  readonly #entries = new Map<number, Entry>();
  readonly #hot = new Set<Entry>();
  /** What epoll has found: how many, and the first one that hasn't been called. */
  #found = 0;
  #next = 0;
  /** Those that were removed since epoll was asked: their numbers may be others' now. */
  readonly #removed = new Set<number>();
  #turns = 0;
  /** Whether hot ones took all of the last turn. */
  #tookAll = false;

  /** Makes an empty list. The caller closes the epoll instance. */
  constructor(epoll: Poller, now: () => number = () => performance.now()) {
    this.#epoll = epoll;
    this.#turnTime = new TurnTime(now);
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether some are hot, so that each turn has to ask them. */
  get hasHot(): boolean {
    return this.#hot.size > 0;
  }

  /** Whether a descriptor is among them. */
  has(fd: number): boolean {
    return this.#entries.has(fd);
  }

  /** All of them, as they are now. */
  all(): Watched[] {
    return [...this.#entries.values()].map(({ watched }) => watched);
  }

  /** Adds one, with no events to watch for yet. */
  add(watched: Watched): void {
    this.#entries.set(watched.fd, { watched, interest: 0, turns: 0 });
  }

  /** Removes one, which is still open; whether it was there. */
  delete(fd: number): boolean {
    const entry = this.#entries.get(fd);
    if (entry === undefined) return false;
    if (!this.#hot.delete(entry) && entry.interest !== 0) {
      this.#epoll.remove(fd);
    }
    if (this.#next < this.#found) this.#removed.add(fd);
    return this.#entries.delete(fd);
  }

  /**
   * Watches for these events too; whether that is new. If the system refuses, calls
   * `onFailed`.
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

  /** Stops watching for these events. */
  drop(fd: number, events: number): void {
    const entry = this.#entries.get(fd);
    if (entry !== undefined) this.#setInterest(entry, entry.interest & ~events);
  }

  /**
   * Calls `onReady` of those that are ready; how many messages they took.
   *
   * A turn ends when its time is over. The next one continues where it ended.
   *
   * @param begin When the turn has begun.
   */
  tellReady(begin: number): number {
    this.#turnTime.begin(begin);
    // If hot ones took all of the last turn, the others come first in this one.
    const hotFirst = !this.#tookAll;
    this.#tookAll = false;
    let messages = hotFirst ? this.#tellHot() : 0;
    // The last descriptor may have been removed by now.
    if (this.#turnTime.spent || this.size === 0) return messages;
    const skips = messages > 0 && this.#next === this.#found &&
      ++this.#turns % POLL_EVERY !== 0;
    if (skips) return messages;
    messages += this.#tellFound();
    if (!hotFirst && !this.#turnTime.spent) messages += this.#tellHot();
    return messages;
  }

  /** Gives all of them back to epoll, before sleeping in it. */
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

  #tellHot(): number {
    let messages = 0;
    for (const entry of this.#hot) {
      const count = tell(entry.watched, EPOLLIN);
      messages += count;
      if (!this.#hot.has(entry)) continue;
      if (count > 0) entry.turns = 0;
      else if (++entry.turns === MISSES_TO_COOL) this.#cool(entry);
      if (!this.#turnTime.count(count)) continue;
      this.#tookAll = true;
      // The next round begins behind it.
      for (const told of [...this.#hot]) {
        this.#hot.delete(told);
        this.#hot.add(told);
        if (told === entry) break;
      }
      break;
    }
    return messages;
  }

  /** Calls those that epoll has found. If none are left, asks epoll first. */
  #tellFound(): number {
    if (this.#next === this.#found) {
      this.#next = this.#found = 0;
      this.#removed.clear();
      try {
        this.#found = this.#epoll.poll();
      } catch (error) {
        for (const watched of this.all()) watched.onFailed(error);
      }
    }
    let messages = 0;
    while (this.#next < this.#found) {
      const index = this.#next++;
      const count = this.#onReady(
        this.#epoll.fd(index),
        this.#epoll.events(index),
      );
      messages += count;
      if (this.#turnTime.count(count)) break;
    }
    return messages;
  }

  /** Calls one that epoll has found; how many messages it took. */
  #onReady(fd: number, events: number): number {
    const entry = this.#entries.get(fd);
    // It may have been removed since, or have no events to watch for any more.
    if (entry === undefined || entry.interest === 0) return 0;
    if (this.#removed.has(fd)) return 0;
    const messages = tell(entry.watched, events);
    // Only a descriptor that is readable in many turns is busy, not one that has
    // ended or that waits for room to write.
    if (messages === 0 || events !== EPOLLIN) return messages;
    if (entry.watched.staysInEpoll) return messages;
    if (++entry.turns < TURNS_TO_HEAT || this.#hot.size === MAX_HOT) {
      return messages;
    }
    if (entry.interest === 0 || entry.interest & EPOLLOUT) return messages;
    if (this.#entries.get(fd) === entry) this.#heat(entry);
    return messages;
  }
}

/**
 * Calls `onReady`. What it throws goes to `onFailed`, and doesn't keep the others
 * from their turn.
 */
function tell(watched: Watched, events: number): number {
  try {
    return watched.onReady(events);
  } catch (error) {
    watched.onFailed(error);
    return 1;
  }
}
