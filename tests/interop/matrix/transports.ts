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
  datagrams: false,
  maxBodyLen: 8192,
  largeBody: 4 * 1024 * 1024,
};

function pathOf(address: string): string {
  return address.slice(address.indexOf(":") + 1);
}

/** All transports that both sides have. */
export const TRANSPORTS = {
  TCP: {
    ...BYTE_STREAM,
    name: "TCP",
    permission: "net",
    address: () => Promise.resolve("127.0.0.1:0"),
    open: (address, config) => TcpTransport.connect(address, config),
    listen: (address, config) => TcpTransport.listen(address, config),
    raw: {
      dial: (address) => Deno.connect({ port: Number(address.split(":")[1]) }),
      listen: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
    },
  },
  "Unix stream": {
    ...BYTE_STREAM,
    name: "Unix stream",
    permission: "unix",
    address: async (folder) => `unix:${await folder()}/rpc`,
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
  "Unix seqpacket": {
    name: "Unix seqpacket",
    permission: "ffi",
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
