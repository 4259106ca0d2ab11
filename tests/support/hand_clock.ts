import type { Clock } from "../../internal/clock.ts";

interface Alarm {
  at: number;
  callback(): void;
  /** Keeps the event loop from running empty, as a timer does. */
  hold?: ReturnType<typeof setInterval>;
}

const LONGEST_TIMER = 2 ** 31 - 1;

/** A clock that is turned by hand. */
export class HandClock implements Clock {
  #now = 0;
  readonly #alarms = new Set<Alarm>();

  /** How many calls are to come. */
  get pending(): number {
    return this.#alarms.size;
  }

  now(): number {
    return this.#now;
  }

  start(callback: () => void, ms: number, keepsAlive = false): () => void {
    const alarm: Alarm = { at: this.#now + ms, callback };
    this.#alarms.add(alarm);
    if (keepsAlive) alarm.hold = setInterval(() => {}, LONGEST_TIMER);
    return () => this.#take(alarm);
  }

  /** False if it has been taken before. */
  #take(alarm: Alarm): boolean {
    clearInterval(alarm.hold);
    return this.#alarms.delete(alarm);
  }

  /** Lets time pass, with all that falls into it. */
  turn(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      let next: Alarm | null = null;
      for (const alarm of this.#alarms) {
        if (alarm.at <= until && (next === null || alarm.at < next.at)) {
          next = alarm;
        }
      }
      if (next === null) break;
      this.#now = next.at;
      this.#take(next);
      next.callback();
    }
    this.#now = until;
  }

  /** Lets time pass in which the process stands still: what is due comes late, at the end. */
  freeze(ms: number): void {
    this.#now += ms;
    for (const alarm of [...this.#alarms]) {
      if (alarm.at > this.#now || !this.#take(alarm)) continue;
      alarm.callback();
    }
  }
}
