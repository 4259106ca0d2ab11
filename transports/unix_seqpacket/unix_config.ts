import { checkBodyLen, resolveLimit } from "../../protocol/config.ts";
import { type Endian, isLittleEndian } from "../../protocol/header.ts";
import { SCM_MAX_FD } from "../libc/constants.ts";
import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import type { UnixBody } from "./unix_body.ts";

/** The limits of a Unix seqpacket socket; the defaults are the native implementation's. */
export interface UnixConfig {
  /**
   * The longest body that is accepted from the other side, in bytes. A message with
   * a longer body is dropped, with its descriptors, and reported; the connection
   * stays usable. Default: 4096.
   */
  maxBodyLenRead?: number | undefined;
  /**
   * The longest body that may be sent, in bytes; sending a longer one fails with
   * `payload-too-large` and leaves the connection usable. The socket's send buffer
   * is made to fit it, as far as `net.core.wmem_max` allows. Default: 4096.
   */
  maxBodyLenWrite?: number | undefined;
  /**
   * How many descriptors are accepted with one message, at most 253. A message
   * with more is dropped, with all of them, and reported; the connection stays
   * usable. Default: 10.
   */
  maxFdsRead?: number | undefined;
  /**
   * How many descriptors may be sent with one message, at most 253, which is the
   * kernel's limit; sending more fails with `too-many-fds`. Default: 10.
   */
  maxFdsWrite?: number | undefined;
  /** The byte order of the header. Default: `"native"`, that of this machine. */
  endian?: Endian | undefined;
}

/** A checked {@linkcode UnixConfig} with its defaults filled in. */
export interface ResolvedUnixConfig {
  /** The longest body to read, in bytes. */
  readonly maxBodyLenRead: number;
  /** The longest body to write, in bytes. */
  readonly maxBodyLenWrite: number;
  /** The most descriptors to read. */
  readonly maxFdsRead: number;
  /** The most descriptors to write. */
  readonly maxFdsWrite: number;
  /** Whether the header is little endian. */
  readonly littleEndian: boolean;
}

/** The native implementation's limits (its version 0.8.0). */
const DEFAULT_MAX_BODY_LEN = 4096;
const DEFAULT_MAX_FDS = 10;

/** Sizes are a C int in the socket's options. */
const MAX_BODY_LEN = 2 ** 30;

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws {RangeError} If a limit is no integer of its range.
 * @throws {TypeError} If `endian` is no byte order.
 */
export function resolveUnixConfig(config: UnixConfig = {}): ResolvedUnixConfig {
  const bodyLen = (name: "maxBodyLenRead" | "maxBodyLenWrite"): number =>
    resolveLimit(name, config[name], DEFAULT_MAX_BODY_LEN, MAX_BODY_LEN);
  const fds = (name: "maxFdsRead" | "maxFdsWrite"): number =>
    resolveLimit(name, config[name], DEFAULT_MAX_FDS, SCM_MAX_FD);
  return {
    maxBodyLenRead: bodyLen("maxBodyLenRead"),
    maxBodyLenWrite: bodyLen("maxBodyLenWrite"),
    maxFdsRead: fds("maxFdsRead"),
    maxFdsWrite: fds("maxFdsWrite"),
    littleEndian: isLittleEndian(config.endian ?? "native"),
  };
}

/** The error that sending a message gives for a limit, or null. */
export function checkUnixMessage(
  message: Message<UnixBody>,
  { maxBodyLenWrite, maxFdsWrite }: ResolvedUnixConfig,
): RpcError | null {
  return checkFds(message, maxFdsWrite) ??
    checkBodyLen(message as Message<Body>, maxBodyLenWrite);
}

/** The error that sending a message gives for the number of its descriptors, or null. */
export function checkFds(
  { header, body }: Message<UnixBody>,
  limit: number,
): RpcError | null {
  const { length } = body.fds;
  if (length <= limit) return null;
  return new RpcError(
    "too-many-fds",
    `${length} descriptors with one message are over maxFdsWrite, which is ${limit}`,
    {
      limit,
      actual: length,
      requestId: header.requestId,
      serviceId: header.serviceId,
      messageType: header.type,
    },
  );
}

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
