import { RequestTracker } from "../../peer/requests/request_tracker.ts";
import { Message, MessageHeader, StreamBody } from "../../protocol/mod.ts";

/** A tracker whose entries are names. */
export type Tracker = RequestTracker<string, string>;

/** The largest id. */
export const LAST_ID = 0xffff_ffff;

/** A tracker that gives out ids from one on. */
export function trackerFrom(firstId?: number): Tracker {
  return new RequestTracker(firstId);
}

/** Opens requests under the next free ids; the ids. */
export function open(tracker: Tracker, count: number): number[] {
  return Array.from({ length: count }, () => {
    const id = tracker.takeId();
    tracker.openSent(id, `sent ${id}`);
    return id;
  });
}

/**
 * A tracker as it is after 2^32 requests: the next id that it tries is `first`,
 * and from there on so many are in use.
 */
export function cameAround(first: number, taken: number): Tracker {
  const tracker = trackerFrom(first);
  for (let i = 0; i < taken; i++) {
    const id = (first + i) >>> 0;
    tracker.openSent(id, `sent ${id}`);
  }
  return tracker;
}

/** A stream message with a body of so many bytes. */
export function messageOf(id: number, bodyLen = 0): Message {
  const header = new MessageHeader(4, id, 0);
  return new Message(header, new StreamBody(new Uint8Array(bodyLen)));
}

/** Whether a promise has settled, after the microtasks that are due have run. */
export async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  const note = (): void => {
    done = true;
  };
  promise.then(note, note);
  for (let tick = 0; tick < 10; tick++) await Promise.resolve();
  return done;
}
