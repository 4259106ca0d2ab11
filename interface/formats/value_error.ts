/** The place of a value within another one, as in `frames[0].width`. */
export function placeText(path: readonly PropertyKey[]): string {
  return path.map((key, index) => {
    if (typeof key === "number") return `[${key}]`;
    return index === 0 ? String(key) : `.${String(key)}`;
  }).join("");
}

/** At most so many keys of the place of a value are in the text of an error. */
const NAMED = 8;

/** A value that a format can't write or read, and where it stands. */
export class ValueError extends TypeError {
  readonly #reason: string;
  readonly #place: (string | number)[] = [];

  /** Says what is wrong with the value. */
  constructor(reason: string) {
    super(reason);
    this.#reason = reason;
  }

  /** Adds the key of the value within another one. */
  within(key: string | number): this {
    this.#place.unshift(key);
    const place = placeText(this.#place.slice(0, NAMED));
    const more = this.#place.length > NAMED ? "..." : "";
    this.message = `${this.#reason}, at ${place}${more}`;
    return this;
  }
}

/** Adds the key of an item to an error about it. */
export function within(error: unknown, key: string | number): unknown {
  return error instanceof ValueError ? error.within(key) : error;
}
