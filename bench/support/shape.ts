/** What the bench server and its clients agree on. @module */

/** The transports that are measured: "tcp-reactor" is TCP with the option `reactor`. */
export type TransportName =
  | "tcp"
  | "unix"
  | "seqpacket"
  | "tcp-reactor"
  | "rings";

/** What tables call them. */
export const TITLES: Readonly<Record<TransportName, string>> = {
  tcp: "TCP",
  unix: "Unix stream",
  seqpacket: "Unix seqpacket",
  "tcp-reactor": "TCP on the reactor",
  rings: "Rings",
};

/** Whether its sockets have a path. */
export function hasPath(transport: TransportName): boolean {
  return transport !== "tcp" && transport !== "tcp-reactor";
}

/** The address to listen on of a transport, at this path where its sockets have one. */
export function listenAddress(transport: string, path: string): string {
  switch (transport) {
    case "tcp":
    case "tcp-reactor":
      return "tcp://127.0.0.1:0";
    case "unix":
    case "unix-reactor":
      return `unix:${path}`;
    case "seqpacket":
      return `unix+seqpacket:${path}`;
    case "rings":
      return `unix+shm:${path}`;
    default:
      throw new TypeError(`There is no transport "${transport}" here`);
  }
}

/** Whether it is reached through FFI. */
export function needsFfi(transport: TransportName): boolean {
  return transport !== "tcp" && transport !== "unix";
}

/** The addresses of the bench server for one transport. */
export interface ServerAddresses {
  /** The listener without RPC: `conn.read` and `conn.write` only. */
  readonly raw: Deno.ConnectOptions | Deno.UnixConnectOptions;
  /** An RPC listener whose handler is `peer.serve({...})`. */
  readonly serve: string;
  /** An RPC listener whose handler is `for await (... of peer)`. */
  readonly iterate: string;
  /** Whether sockets for RPC have the option `reactor`. */
  readonly reactor: boolean;
}

/** The line that the bench server prints on stdout when it is ready. */
export type Announcement = Partial<Record<TransportName, ServerAddresses>>;

/** Service and stream ids of the RPC listeners. */
export const service = {
  /** Answers with the body it was sent. */
  ECHO: 1,
  /** Takes stream messages, and only counts them. */
  ONE_WAY: 2,
  /** Answers with the number of stream messages since the last time. */
  COUNT: 3,
  /** Takes a body of any size and answers with an empty one. */
  UPLOAD: 4,
  /** Like UPLOAD, and disposes the body. */
  UPLOAD_DISPOSED: 5,
  /**
   * Sends the number of updates that the body says, each awaited, and an empty
   * answer.
   */
  UPDATES: 6,
  /** Answers with the CPU time of the server so far, in microseconds. */
  CPU: 7,
  /** Like ECHO, and disposes the request's body once the answer is written. */
  ECHO_DISPOSED: 8,
} as const;

/** What a raw connection does, as its first byte tells. */
export const rawMode = {
  /** Read a whole frame, write it back. */
  ECHO: 0,
  /** Read into the same buffer again and again; a byte back for each block. */
  SINK: 1,
  /** Read each block into a buffer of its own; a byte back for each. */
  KEEP: 2,
  /** Like ECHO, with a buffer of its own for each frame. */
  ECHO_KEEP: 3,
} as const;

/** Bytes that a raw connection begins with: the mode, and a u32 size. */
export const RAW_HELLO_LEN = 5;

/** What the framing adds to a body: the length and the header. */
export const FRAME_OVERHEAD = 4 + 12;

/** Body length of the small messages. */
export const SMALL = 32;
/** Body length of the middle-sized messages. */
export const MIDDLE = 64 * 1024;
/** Body length between the two. */
export const MEGABYTE = 1024 * 1024;
/** Body length of the large messages. */
export const LARGE = 4 * 1024 * 1024;

/** Limits that let the large bodies through. All other options have their defaults. */
export const rpcOptions = {
  maxBodyLenRead: 2 * LARGE,
  maxBodyLenWrite: 2 * LARGE,
} as const;

/** The limits of a seqpacket socket, whose messages can't be as large. */
export const seqpacketOptions = {
  maxBodyLenRead: 2 * MIDDLE,
  maxBodyLenWrite: 2 * MIDDLE,
} as const;

/** The options of connections to the bench server. */
export function connectOptions(
  { serve, reactor }: ServerAddresses,
): ReturnType<typeof optionsFor> & { readonly reactor?: true } {
  return { ...optionsFor(serve), ...(reactor ? { reactor } : {}) };
}

/** The option that the argument `reactor` of a program asks for. */
export function socketOptions(
  sockets: string | undefined,
): { readonly reactor?: true } {
  return sockets === "reactor" ? { reactor: true } : {};
}

/** The limits for an address. */
export function optionsFor(
  address: string,
): typeof rpcOptions | typeof seqpacketOptions {
  return address.startsWith("unix+seqpacket:") ? seqpacketOptions : rpcOptions;
}
