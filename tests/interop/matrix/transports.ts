import {
  type StreamConfig,
  TcpTransport,
  UnixSeqpacketTransport,
  UnixStreamTransport,
} from "../../../mod.ts";
import type { Acceptor } from "../../../transports/acceptor.ts";
import type { Permission } from "../../support/permissions.ts";
import type { TestTransport } from "../../support/transport_under_test.ts";

/** One entry of the matrix: to add a transport, add one to `TRANSPORTS`. */
export interface MatrixTransport {
  /** Stands in the name of each cell. */
  readonly name: string;
  /** The permission that it needs. */
  readonly permission: Permission;
  /** Whether a message is a datagram, which may carry descriptors. */
  readonly datagrams: boolean;
  /** The limit for bodies that both sides have by default. */
  readonly maxBodyLen: number;
  /** A body that needs more than one write, or the longest that a datagram takes. */
  readonly largeBody: number;
  /** Where to listen; a folder is made on demand. */
  address(folder: () => Promise<string>): Promise<string>;
  /** What connecting and listening take, besides the options of a cell. */
  readonly options: { readonly reactor?: true };
  /**
   * Null where each scenario is there in both byte orders. Else it is there in one, which
   * alternates and is little endian for the first (0) or the second (1); in long forms in both.
   */
  readonly half: 0 | 1 | null;
  /** Connects without a peer, for messages that no handle sends. */
  open(address: string, config: StreamConfig): Promise<TestTransport>;
  /** Listens for connections without a peer. */
  listen(address: string, config: StreamConfig): Acceptor<TestTransport>;
  /** The byte stream itself, for bytes that no transport sends. */
  readonly raw: {
    dial(address: string): Promise<Deno.Conn>;
    listen(address: string): Deno.Listener;
  } | null;
}

const BYTE_STREAM = {
  options: {},
  half: null,
  datagrams: false,
  maxBodyLen: 8192,
  largeBody: 4 * 1024 * 1024,
};

function pathOf(address: string): string {
  return address.slice(address.indexOf(":") + 1);
}

const REACTOR = { reactor: true } as const;

/** Where this side has sockets of the C library. */
const ON_REACTOR = {
  ...BYTE_STREAM,
  options: REACTOR,
  permission: "ffi",
  // The byte stream itself says the same as without the reactor.
  raw: null,
} as const;

const TCP = {
  ...BYTE_STREAM,
  permission: "net",
  address: () => Promise.resolve("127.0.0.1:0"),
} as const;

const UNIX_STREAM = {
  ...BYTE_STREAM,
  permission: "unix",
  address: async (folder: () => Promise<string>) =>
    `unix:${await folder()}/rpc`,
} as const;

/** All transports that both sides have. */
export const TRANSPORTS = {
  TCP: {
    ...TCP,
    name: "TCP",
    open: (address, config) => TcpTransport.connect(address, config),
    listen: (address, config) => TcpTransport.listen(address, config),
    raw: {
      dial: (address) => Deno.connect({ port: Number(address.split(":")[1]) }),
      listen: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
    },
  },
  "TCP on the reactor": {
    ...TCP,
    ...ON_REACTOR,
    name: "TCP on the reactor",
    half: 0,
    open: (address, config) =>
      TcpTransport.connect(address, { ...config, ...REACTOR }),
    listen: (address, config) =>
      TcpTransport.listen(address, { ...config, ...REACTOR }),
  },
  "Unix stream": {
    ...UNIX_STREAM,
    name: "Unix stream",
    open: (address, config) =>
      UnixStreamTransport.connect(pathOf(address), config),
    listen: (address, config) =>
      UnixStreamTransport.listen(pathOf(address), config),
    raw: {
      dial: (address) =>
        Deno.connect({ transport: "unix", path: pathOf(address) }),
      listen: (address) =>
        Deno.listen({ transport: "unix", path: pathOf(address) }),
    },
  },
  "Unix stream on the reactor": {
    ...UNIX_STREAM,
    ...ON_REACTOR,
    name: "Unix stream on the reactor",
    half: 1,
    open: (address, config) =>
      UnixStreamTransport.connect(pathOf(address), { ...config, ...REACTOR }),
    listen: (address, config) =>
      UnixStreamTransport.listen(pathOf(address), { ...config, ...REACTOR }),
  },
  "Unix seqpacket": {
    name: "Unix seqpacket",
    permission: "ffi",
    options: {},
    half: null,
    datagrams: true,
    maxBodyLen: 4096,
    largeBody: 200_000,
    address: async (folder) => `unix+seqpacket:${await folder()}/rpc`,
    open: (address, config) =>
      UnixSeqpacketTransport.connect(pathOf(address), config),
    listen: (address, config) =>
      UnixSeqpacketTransport.listen(pathOf(address), config),
    raw: null,
  },
} satisfies Record<string, MatrixTransport>;
