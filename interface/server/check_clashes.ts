import type { ServedInterface } from "./typed_server.ts";

/** A service or a stream message, as far as its id goes. */
interface Item {
  readonly fullName: string;
}

/**
 * Checks that interfaces which are served on one connection share no id: the id
 * alone says where a message belongs.
 *
 * @throws {RangeError} If two of them have a service, or a stream message, with
 * the same id.
 */
export function checkClashes(served: readonly ServedInterface[]): void {
  for (const [index, { codec }] of served.entries()) {
    for (const { codec: other } of served.slice(0, index)) {
      checkIds("service", other.services, codec.services);
      checkIds("stream message", other.streams.byId, codec.streams.byId);
    }
  }
}

function checkIds(
  what: string,
  first: ReadonlyMap<number, Item>,
  second: ReadonlyMap<number, Item>,
): void {
  for (const [id, { fullName }] of second) {
    const taken = first.get(id)?.fullName;
    if (taken === undefined) continue;
    throw new RangeError(
      `${taken} and ${fullName} can't be served on one connection: both are the ${what} with the id ${id}`,
    );
  }
}
