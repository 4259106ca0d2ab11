import { placeText } from "./place_text.ts";

/** How many keys the place of a value has in the text of an error. */
const NAMED = 8;

/** A value that a format can't write or read, and where it stands. */
export class ValueError extends TypeError {
  readonly #reason: string;
  readonly #place: (string | number)[] = [];

  /** Says what is the matter with the value. */
  constructor(reason: string) {
    super(reason);
    this.#reason = reason;
  }

  /** Adds the key under which the value stands in another one. */
  within(key: string | number): this {
    this.#place.unshift(key);
    const place = placeText(this.#place.slice(0, NAMED));
    const more = this.#place.length > NAMED ? "..." : "";
    this.message = `${this.#reason}, at ${place}${more}`;
    return this;
  }
}

/** Adds to an error about an item of a value where the item stands. */
export function within(error: unknown, key: string | number): unknown {
  return error instanceof ValueError ? error.within(key) : error;
}
