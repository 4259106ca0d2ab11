import type { Clock } from "../../peer/stall_watch.ts";

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that a test turns by hand. */
export class ScriptedClock implements Clock {
  #now = 0;
  readonly #alarms = new Set<Alarm>();

  /** How many alarms are set. */
  get pending(): number {
    return this.#alarms.size;
  }

  start(callback: () => void, ms: number): () => void {
    const alarm = { at: this.#now + ms, callback };
    this.#alarms.add(alarm);
    return () => {
      this.#alarms.delete(alarm);
    };
  }

  /** Turns it on; alarms go off in their order, those included that are set meanwhile. */
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
      this.#alarms.delete(next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = until;
  }
}
