import { decodeUtf8 } from "../formats/decode_utf8.ts";

/** What is asked of the other side's description. */
export interface DescribeRequest {
  /** The only interface that is wanted. Default: all. */
  readonly interface?: string | undefined;
  /** Whether hidden items are wanted too. */
  readonly hidden: boolean;
}

/** Makes the body of a request; empty where nothing special is asked. */
export function encodeDescribeRequest(
  { interface: name, hidden }: {
    readonly interface?: string | undefined;
    readonly hidden?: boolean | undefined;
  },
): string {
  if (name === undefined && !hidden) return "";
  return JSON.stringify({ interface: name, hidden: hidden || undefined });
}

/**
 * Reads the body of a request. Members that are unknown here are of a later version.
 *
 * @throws {TypeError} If a member has another type.
 * @throws {SyntaxError} If it is no JSON.
 */
export function readDescribeRequest(
  data: Uint8Array<ArrayBuffer>,
): DescribeRequest {
  if (data.length === 0) return { hidden: false };
  const value: unknown = JSON.parse(decodeUtf8(data));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError("it must be a JSON object");
  }
  const { interface: name, hidden = false } = value as Readonly<
    Record<string, unknown>
  >;
  if (name !== undefined && typeof name !== "string") {
    throw new TypeError(`interface must be a string, got ${typeof name}`);
  }
  if (typeof hidden !== "boolean") {
    throw new TypeError(`hidden must be true or false, got ${typeof hidden}`);
  }
  return { interface: name, hidden };
}
