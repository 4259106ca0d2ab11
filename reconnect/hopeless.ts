/** An error after which another attempt to connect would fail just the same. */
export class Hopeless {
  /** The error. */
  readonly error: unknown;

  /** Marks an error. */
  constructor(error: unknown) {
    this.error = error;
  }
}

/**
 * Marks an error if the program, its permissions or the system are the reason of it,
 * and not the other side.
 *
 * @param isOwn Whether TypeErrors and RangeErrors come from checks of this library:
 * those of others, such as `fetch`, may be failures of the network.
 */
export function markHopeless(error: unknown, isOwn: boolean): unknown {
  const { name } = (error ?? {}) as Partial<Error>;
  const hopeless = name === "NotCapable" || name === "NotSupported" ||
    (isOwn && (name === "TypeError" || name === "RangeError"));
  return hopeless ? new Hopeless(error) : error;
}
