import { type Endian, isLittleEndian, MAX_PAYLOAD_LEN } from "./header.ts";
import type { Body } from "./body.ts";
import { RpcError } from "./error.ts";
import type { Message } from "./message.ts";

/** The limits of a byte stream (TCP, Unix stream, memory, your own). */
export interface StreamConfig {
  /**
   * The longest body that is accepted from the other side, in bytes; a longer
   * one ends the connection with `payload-too-large`. Default: 8192, as in the
   * native implementation.
   */
  maxBodyLenRead?: number | undefined;
  /**
   * The longest body that may be sent, in bytes; sending a longer one fails with
   * `payload-too-large`, writes nothing and leaves the connection usable.
   * Default: 8192, as in the native implementation.
   */
  maxBodyLenWrite?: number | undefined;
  /** The byte order of length and header. Default: `"little"`. */
  endian?: Endian | undefined;
}

/** A checked {@linkcode StreamConfig} with its defaults filled in. */
export interface ResolvedStreamConfig {
  /** The longest body to read, in bytes. */
  readonly maxBodyLenRead: number;
  /** The longest body to write, in bytes. */
  readonly maxBodyLenWrite: number;
  /** Whether length and header are little endian. */
  readonly littleEndian: boolean;
}

/** The native implementation's limit for both directions (its version 0.8.0). */
const DEFAULT_MAX_BODY_LEN = 8192;

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws {RangeError} If a limit is no integer from 0 to 2^32 - 13.
 * @throws {TypeError} If `endian` is no byte order.
 */
export function resolveStreamConfig(
  config: StreamConfig = {},
): ResolvedStreamConfig {
  const { endian = "little" } = config;
  return {
    maxBodyLenRead: resolveLimit(
      "maxBodyLenRead",
      config.maxBodyLenRead,
      DEFAULT_MAX_BODY_LEN,
      MAX_PAYLOAD_LEN,
    ),
    maxBodyLenWrite: resolveLimit(
      "maxBodyLenWrite",
      config.maxBodyLenWrite,
      DEFAULT_MAX_BODY_LEN,
      MAX_PAYLOAD_LEN,
    ),
    littleEndian: isLittleEndian(endian),
  };
}

/**
 * Checks a limit; where it isn't set it is `fallback`.
 *
 * @throws {RangeError} If it is no integer from 0 to `max`.
 */
export function resolveLimit(
  name: string,
  value: number | undefined,
  fallback: number,
  max: number,
): number {
  if (value === undefined) return fallback;
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(
      `${name} must be an integer from 0 to ${max}, got ${value}`,
    );
  }
  return value;
}

/** The error that sending a message gives for the length of its body, or null. */
export function checkBodyLen(
  { header, body }: Message<Body>,
  limit: number,
): RpcError | null {
  const actual = body.data.length;
  if (actual <= limit) return null;
  return new RpcError(
    "payload-too-large",
    // The client of a server reads this too, as the text of an error response.
    `A body of ${actual} bytes is over maxBodyLenWrite of the side that sends it, which is ${limit}: raise it there, and maxBodyLenRead on the side that receives it`,
    {
      limit,
      actual,
      requestId: header.requestId,
      serviceId: header.serviceId,
      messageType: header.type,
    },
  );
}
