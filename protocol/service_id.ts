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
