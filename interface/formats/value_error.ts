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

  /** Says that the value stands in another one. */
  within(key: string | number): this {
    this.#place.unshift(key);
    const keys = this.#place.slice(0, NAMED).map((key, index) =>
      typeof key === "number" ? `[${key}]` : index === 0 ? key : `.${key}`
    );
    if (this.#place.length > NAMED) keys.push("...");
    this.message = `${this.#reason}, at ${keys.join("")}`;
    return this;
  }
}

/** Says of what is thrown for an item of a value where that stands. */
export function within(error: unknown, key: string | number): unknown {
  return error instanceof ValueError ? error.within(key) : error;
}
