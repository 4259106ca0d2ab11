/**
 * Service ids with a meaning of their own.
 *
 * A service id is an integer from -2^31 to 2^31 - 1. `ERROR` (-1) marks a
 * response as an error; any other id of a response, negative ones included, is
 * a success.
 */
export const serviceId: {
  /** The service id of an error response. */
  readonly ERROR: -1;
} = { ERROR: -1 };

/**
 * Checks a service id that is about to be sent.
 *
 * @throws {RangeError} If it is no integer from -2^31 to 2^31 - 1.
 */
export function checkServiceId(id: number): void {
  if ((id | 0) !== id) {
    throw new RangeError(
      `A service id must be an integer from -2147483648 to 2147483647, got ${id}`,
    );
  }
}

/**
 * Service ids that peers of ours use among themselves: -2^31 to -2^31 + 15, in all
 * kinds of message. They are never delivered to the application.
 */
export const reservedId: {
  /** A request, answered at once with the same body. */
  readonly PING: number;
  /** A request: what the other side offers. Answered where `serve` is told to. */
  readonly DESCRIBE: number;
  /** A request: what the other side counts. */
  readonly STATS: number;
  /** A stream message with the metadata of the request right behind it, whose id it has. */
  readonly METADATA: number;
  /** An update by the requester: the request is cancelled. */
  readonly CANCEL: number;
  /** A stream message that says nothing but that the other side lives. */
  readonly SIGN_OF_LIFE: number;
} = {
  PING: -2147483648,
  DESCRIBE: -2147483647,
  STATS: -2147483646,
  METADATA: -2147483645,
  CANCEL: -2147483644,
  SIGN_OF_LIFE: -2147483643,
};

/** The highest of them. */
const LAST_RESERVED = -2147483633;

/** Whether a service id, which is an i32, is one of them. */
export function isReservedId(id: number): boolean {
  return id <= LAST_RESERVED;
}

/**
 * Checks a service id that the application uses.
 *
 * @throws {RangeError} If it is no i32, or reserved.
 */
export function checkOwnId(id: number): void {
  checkServiceId(id);
  checkNotReserved(id);
}

/**
 * Checks that a service id, which is an i32, is the application's to use.
 *
 * @throws {RangeError} If it is reserved.
 */
export function checkNotReserved(id: number): void {
  if (!isReservedId(id)) return;
  throw new RangeError(
    `Service ids from -2147483648 to ${LAST_RESERVED} are reserved, got ${id}`,
  );
}
