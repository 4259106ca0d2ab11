/** Takes the largest size of regions that a connection accepts. */
type SetLimit = (maxSize: number) => void;

/** By the `info` of the connection, which its pool knows it by. */
const connections = new WeakMap<object, SetLimit>();

/** Lets the pool of a connection limit what that accepts. */
export function takesFrameLimit(info: object, set: SetLimit): void {
  connections.set(info, set);
}

/** Limits the regions that a connection accepts, if it accepts any. */
export function limitFrames(info: unknown, maxSize: number): void {
  if (typeof info === "object" && info !== null) {
    connections.get(info)?.(maxSize);
  }
}
