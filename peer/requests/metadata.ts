import { RpcError } from "../../protocol/error.ts";

/** What comes with a request besides its body: texts by name. */
export type Metadata = Readonly<Record<string, string>>;

/** The metadata of a request that came without. */
export const NO_METADATA: Metadata = Object.freeze({});

/** How long it may be, in bytes of JSON. */
export const MAX_METADATA_LEN = 8 * 1024;

/** How many milliseconds are left of the time of a request, as a decimal number. */
export const TIMEOUT_KEY = "timeout-ms";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The names of the trace that a request belongs to. */
const TRACE_KEYS = ["traceparent", "tracestate"];

/** The names that the library uses itself. */
const OWN_KEYS = [TIMEOUT_KEY, ...TRACE_KEYS];

/** Where metadata keeps what users don't set, and JSON doesn't show. */
const TRACE = Symbol("trace");

/** Metadata of a request that belongs to a trace: what it sends besides its own names. */
export function withTrace(metadata: Metadata, trace: Metadata): Metadata {
  return { ...metadata, [TRACE]: trace };
}

/** The trace that metadata belongs to; empty if there is none. */
export function traceOf(metadata: Metadata): Metadata {
  return (metadata as { readonly [TRACE]?: Metadata })[TRACE] ?? NO_METADATA;
}

/**
 * Checks metadata that is about to be sent.
 *
 * @throws {TypeError} If it is no object of strings, or has a name of the library's own.
 */
export function checkMetadata(metadata: Metadata): void {
  if (typeof metadata !== "object" || metadata === null) {
    throw new TypeError(
      `metadata must be an object of texts, got ${metadata}`,
    );
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (OWN_KEYS.includes(key)) {
      throw new TypeError(`"${key}" in metadata is for the library itself`);
    }
    if (typeof value !== "string") {
      throw new TypeError(
        `"${key}" in metadata must be a text, got ${typeof value}`,
      );
    }
  }
}

/**
 * The bytes of metadata.
 *
 * @throws {RpcError} `payload-too-large` if they are more than 8 KiB.
 */
export function encodeMetadata(metadata: Metadata): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(JSON.stringify(metadata));
  if (bytes.length <= MAX_METADATA_LEN) return bytes;
  throw new RpcError(
    "payload-too-large",
    `The metadata of a request has ${bytes.length} bytes as JSON, the limit is ${MAX_METADATA_LEN}`,
    { limit: MAX_METADATA_LEN, actual: bytes.length },
  );
}

/** Whether there is nothing in metadata but the trace that it belongs to. */
export function isTraceAlone(metadata: Metadata): boolean {
  return typeof metadata === "object" && metadata !== null &&
    Object.keys(metadata).length === 0 && traceOf(metadata) !== NO_METADATA;
}

/** Metadata as the application gets it: without the names that the library uses itself. */
export function withoutOwnKeys(metadata: Metadata): Metadata {
  const entries = Object.entries(metadata).filter(([key]) =>
    !OWN_KEYS.includes(key)
  );
  const trace = Object.entries(metadata).filter(([key]) =>
    TRACE_KEYS.includes(key)
  );
  if (entries.length + trace.length === 0) return NO_METADATA;
  const others: Record<string, string> = Object.fromEntries(entries);
  if (trace.length > 0) {
    const value = Object.fromEntries(trace);
    Object.defineProperty(others, TRACE, { value });
  }
  return Object.freeze(others);
}

/** Metadata that came; null if it is no JSON object of texts. */
export function decodeMetadata(
  bytes: Uint8Array<ArrayBuffer>,
): Metadata | null {
  if (bytes.length > MAX_METADATA_LEN) return null;
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch {
    // The other side has sent something else: the request is refused for it.
    return null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return null;
  }
  const texts = Object.values(value).every((text) => typeof text === "string");
  return texts ? value as Record<string, string> : null;
}

/** What is left of the time of a request, in milliseconds; null where it has no limit, NaN where it is none. */
export function timeoutOf(metadata: Metadata): number | null {
  const text = metadata[TIMEOUT_KEY];
  if (text === undefined) return null;
  return /^\d{1,15}$/.test(text) ? Number(text) : NaN;
}
