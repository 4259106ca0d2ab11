import { errorText } from "../../internal/errors.ts";
import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Caller } from "../../peer/handles/caller.ts";
import { remoteError } from "../../peer/requests/remote_error.ts";
import { decodeUtf8 } from "../formats/decode_utf8.ts";

/** The longest document that is read, in bytes. */
export const LONGEST_DOCUMENT: number = 16 * 1024 * 1024;

/**
 * The most updates that a document is read of. The longest one has 4096 of those that
 * this library sends, and more where a side carries only shorter bodies.
 */
export const MOST_PARTS: number = 65_536;

/** The options of what is asked of the other side's library. */
export interface DocumentOptions {
  /** Ends it: the call rejects with its reason. */
  signal?: AbortSignal | undefined;
  /**
   * How long it may take, in milliseconds; then it ends with `deadline-exceeded`. A
   * server of the native crate may never answer. Default: `callTimeout` of the
   * connection.
   */
  timeout?: number | undefined;
}

/** What asks the other side's library. */
export type DocumentSource = Pick<
  Caller<Body>,
  "sendRequest" | "callTimeout"
>;

/**
 * Sends a request with a reserved service id, and reads the JSON of its updates.
 *
 * @throws {RpcError} `remote-error` for an error response; `decode-failed` if what
 * came is no JSON, or too long.
 */
export async function readDocument(
  source: DocumentSource,
  serviceId: number,
  body: string,
  { signal, timeout = source.callTimeout }: DocumentOptions,
): Promise<unknown> {
  const request = await source.sendRequest(serviceId, body, {
    ...{ signal, timeout },
    reserved: true,
    // It only reads, so a link may ask again.
    idempotent: true,
  });
  try {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let count = 1;; count++) {
      const update = await request.recvUpdate();
      if (update === null) break;
      const { body } = update;
      // A copy, as a short body may be a view of a buffer of 256 KiB.
      const part = body.data.slice();
      body[Symbol.dispose]();
      parts.push(part);
      length += part.length;
      if (length > LONGEST_DOCUMENT) {
        throw tooLong("bytes", length, LONGEST_DOCUMENT);
      }
      // Empty ones would never come to an end.
      if (count > MOST_PARTS) throw tooLong("updates", count, MOST_PARTS);
    }
    const response = await request.recvResponse();
    if (response.isError) throw remoteError(response, request);
    response.body[Symbol.dispose]();
    return parse(parts, length);
  } finally {
    request[Symbol.dispose]();
  }
}

function parse(parts: readonly Uint8Array[], length: number): unknown {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  try {
    return JSON.parse(decodeUtf8(bytes));
  } catch (cause) {
    const text = `What the other side says of itself is no JSON: ${
      errorText(cause)
    }`;
    throw new RpcError("decode-failed", text, { side: "remote", cause });
  }
}

function tooLong(unit: string, actual: number, limit: number): RpcError {
  return new RpcError(
    "decode-failed",
    `What the other side says of itself has at least ${actual} ${unit}, of at most ${limit}`,
    { side: "remote", limit, actual },
  );
}
