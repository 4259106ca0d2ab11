/**
 * Where to connect or listen: `"unix+shm:PATH"`, the path taken as it stands
 * (`unix+shm:///run/x` is `/run/x`; relative ones are allowed; nothing is decoded),
 * or an object.
 */
export type SharedRingAddress =
  | `unix+shm:${string}`
  | {
    readonly transport: "unix-shm";
    readonly path: string;
  };

/** The address of a listener for rings; it can be connected to as it is. */
export interface SharedRingAddr {
  /** The transport. */
  transport: "unix-shm";
  /** The path of its socket file. */
  path: string;
}

/**
 * Gives the path of an address; a string without `unix+shm:` is the path itself.
 *
 * @throws {TypeError} If the path is empty.
 */
export function sharedRingPath(address: string | SharedRingAddress): string {
  const path = typeof address === "string"
    ? address.replace(/^unix\+shm:(?:\/\/(?=\/))?/, "")
    : address.path;
  if (typeof path === "string" && path !== "") return path;
  throw new TypeError(
    `An address of shared rings must look like "unix+shm:PATH", got ${
      JSON.stringify(address)
    }`,
  );
}
