import { count } from "./format.ts";

/** How fast figures grow, from one look to the next. */
export class Rates {
  #before = new Map<string, number>();
  #now = new Map<string, number>();
  #last: number | null = null;
  #seconds = 0;

  /** Begins a look at this time, in milliseconds. */
  begin(at: number): void {
    this.#seconds = this.#last === null ? 0 : (at - this.#last) / 1000;
    this.#last = at;
  }

  /** How much a figure has grown in a second, since the look before. */
  of(name: string, figure: number): string {
    this.#now.set(name, figure);
    const before = this.#before.get(name);
    if (before === undefined || this.#seconds <= 0) return "–";
    return count(Math.max(0, figure - before) / this.#seconds);
  }

  /** Ends a look: what wasn't asked for is forgotten. */
  end(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }
}
