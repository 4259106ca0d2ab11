import { type Endian, isLittleEndian } from "./endian.ts";
import { MAX_PAYLOAD_LEN } from "./header.ts";

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
    maxBodyLenRead: limit("maxBodyLenRead", config.maxBodyLenRead),
    maxBodyLenWrite: limit("maxBodyLenWrite", config.maxBodyLenWrite),
    littleEndian: isLittleEndian(endian),
  };
}

function limit(name: string, value = DEFAULT_MAX_BODY_LEN): number {
  if (!Number.isInteger(value) || value < 0 || value > MAX_PAYLOAD_LEN) {
    throw new RangeError(
      `${name} must be an integer from 0 to ${MAX_PAYLOAD_LEN}, got ${value}`,
    );
  }
  return value;
}
