import type { ResolvedStreamConfig } from "./config.ts";
import { RpcError } from "./error.ts";
import {
  HEADER_LEN,
  invalidMessageType,
  MAX_MESSAGE_TYPE,
  messageTooShort,
} from "./header.ts";

/** A frame that is wrong, and what tells why. */
export interface BadFrame {
  /** The length that it claims, of header and body. */
  readonly length: number;
  /** The type that it claims. */
  readonly type: number;
  /** What another protocol's bytes it is, if the connection begins with them. */
  readonly foreign: string | null;
}

/**
 * The fatal error for a frame that is too short, too long or of an unknown type.
 * Where another protocol or another byte order explains it, the text says that.
 */
export function frameError(
  frame: BadFrame,
  config: ResolvedStreamConfig,
): RpcError {
  const error = plainError(frame, config.maxBodyLenRead);
  if (frame.foreign !== null) return reworded(error, frame.foreign);
  const order = byteOrderHint(frame, config);
  return order === "" ? error : reworded(error, error.message + order);
}

/** The fatal error for a connection that ended inside a message, `got` bytes after its start. */
export function cutOff(got: number, foreign: string | null): RpcError {
  return new RpcError(
    "connection-aborted",
    foreign ??
      `The connection ended inside a message, ${got} bytes after its start`,
    { fatal: true, side: "remote", actual: got },
  );
}

function plainError({ length, type }: BadFrame, limit: number): RpcError {
  if (length < HEADER_LEN) return messageTooShort(length);
  const actual = length - HEADER_LEN;
  if (actual <= limit) return invalidMessageType(type);
  return new RpcError(
    "payload-too-large",
    `A body of ${actual} bytes is over maxBodyLenRead, which is ${limit}`,
    { fatal: true, side: "remote", limit, actual },
  );
}

function reworded(error: RpcError, message: string): RpcError {
  return new RpcError(error.code, message, error);
}

/** Says so where the frame is a good one in the other byte order. */
function byteOrderHint(
  frame: BadFrame,
  { littleEndian, maxBodyLenRead }: ResolvedStreamConfig,
): string {
  const actual = swapped(frame.length) - HEADER_LEN;
  if (actual < 0 || actual > maxBodyLenRead) return "";
  if (swapped(frame.type) > MAX_MESSAGE_TYPE) return "";
  const other = littleEndian ? "big" : "little";
  return `; in the other byte order it would have ${actual} bytes: the other side may be using endian "${other}"`;
}

function swapped(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, true);
  return view.getUint32(0, false);
}
