/**
 * Where to connect or listen: `"unix+seqpacket:PATH"`, the path taken as it
 * stands (`unix+seqpacket:///run/x` is `/run/x`; relative ones are allowed;
 * nothing is decoded), or an object.
 */
export type UnixSeqpacketAddress =
  | `unix+seqpacket:${string}`
  | {
    readonly transport: "unix-seqpacket";
    readonly path: string;
  };

/** The address of a Unix seqpacket listener; it can be connected to as it is. */
export interface UnixSeqpacketAddr {
  /** The transport. */
  transport: "unix-seqpacket";
  /** The path of its socket file. */
  path: string;
}

/**
 * Gives the path of an address; a string without `unix+seqpacket:` is the path
 * itself.
 *
 * @throws {TypeError} If the path is empty.
 */
export function unixSeqpacketPath(
  address: string | UnixSeqpacketAddress,
): string {
  const path = typeof address === "string"
    ? address.replace(/^unix\+seqpacket:(?:\/\/(?=\/))?/, "")
    : address.path;
  if (typeof path === "string" && path !== "") return path;
  throw new TypeError(
    `A Unix seqpacket address must look like "unix+seqpacket:PATH", got ${
      JSON.stringify(address)
    }`,
  );
}
