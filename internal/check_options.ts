import { promiseTry } from "./promises.ts";

/**
 * Checks a number, which may be fractional or Infinity.
 *
 * @throws {RangeError} If it is not a number, or below `least`.
 */
export function checkLeast(name: string, value: number, least: number): number {
  if (typeof value === "number" && value >= least) return value;
  throw new RangeError(
    `${name} must be a number of at least ${least}, got ${value}`,
  );
}

/**
 * Checks a number that counts something.
 *
 * @throws {RangeError} If it is no integer, below 1, or above `most`.
 */
export function checkCount(
  name: string,
  value: number,
  most = Infinity,
): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  const range = most === Infinity ? "of at least 1" : `from 1 to ${most}`;
  throw new RangeError(`${name} must be an integer ${range}, got ${value}`);
}

/**
 * Checks a word.
 *
 * @throws {TypeError} If it is none of `words`.
 */
export function checkWord<W extends string>(
  name: string,
  value: W,
  words: readonly W[],
): W {
  if (words.includes(value)) return value;
  const all = words.map((word) => `"${word}"`);
  const last = all.pop();
  throw new TypeError(
    `${name} must be ${all.join(", ")} or ${last}, got ${describe(value)}`,
  );
}

/**
 * Checks that an option is a function, where it is given.
 *
 * @throws {TypeError} If it is something else.
 */
export function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw new TypeError(`${name} must be a function, got ${describe(value)}`);
}

/** How many of the newest values wait to be taken: `"latest"` is one. */
export type Keep = "latest" | number;

/** Options for anyone who wants the newest values, and no backlog of older ones. */
export interface KeepOptions {
  /**
   * Only so many of the newest values wait to be taken, and older ones are dropped:
   * `"latest"` keeps one. What waits doesn't count towards any limit in bytes or
   * messages, and never pauses reading. It takes the memory of so many bodies, each
   * of at most `maxBodyLenRead`. All kinds of updates of a request count together:
   * send what must not be lost, such as a stop, as a request of its own. Default:
   * all values wait, and reading pauses when they are too many.
   */
  keep?: Keep | undefined;
  /**
   * Called after values were dropped, with how many have been so far. It runs
   * while messages are read, so it should be quick. What it throws or rejects with
   * goes to `onError`. Only with `keep`.
   */
  onDrop?: ((dropped: number) => void) | undefined;
}

/** The options, checked. */
export interface KeepRule {
  /** So many values wait. */
  readonly limit: number;
  /** Gets how many were dropped so far. */
  readonly onDrop: KeepOptions["onDrop"];
}

/**
 * Tells how many values were dropped so far. It can't end what reads the messages,
 * whatever `onDrop` throws or rejects with: that is reported.
 */
export function tellDropped(
  onDrop: KeepRule["onDrop"],
  dropped: number,
  report: (error: unknown) => void,
): void {
  if (onDrop !== undefined) promiseTry(() => onDrop(dropped)).catch(report);
}

/**
 * Checks the options.
 *
 * @returns What they say, or null where all values wait.
 * @throws {RangeError} If `keep` is a number, but no integer of at least 1.
 * @throws {TypeError} If `keep` is neither a number nor `"latest"`; if `onDrop` is no
 * function, or is given without `keep`.
 */
export function checkKeep(options: KeepOptions | undefined): KeepRule | null {
  const keep = options?.keep;
  const onDrop = options?.onDrop;
  checkFunction("onDrop", onDrop);
  if (keep !== undefined) return { limit: checkLimit(keep), onDrop };
  if (onDrop === undefined) return null;
  throw new TypeError("onDrop needs keep: without it nothing is dropped");
}

function checkLimit(keep: Keep): number {
  if (keep === "latest") return 1;
  if (typeof keep !== "number") {
    throw new TypeError(
      `keep must be "latest" or a number, got ${describe(keep)}`,
    );
  }
  if (Number.isSafeInteger(keep) && keep >= 1) return keep;
  throw new RangeError(
    `keep must be "latest" or an integer of at least 1, got ${keep}`,
  );
}

function describe(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
