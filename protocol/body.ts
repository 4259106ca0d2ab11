import { sentBodies } from "./short_bodies.ts";

/** A piece of plain data that can be sent as a body. */
export type BodyData = string | Uint8Array | ArrayBuffer | ArrayBufferView;

/**
 * What can be sent as a body: a string (sent as UTF-8), bytes, or an object with
 * `data`, such as a received body. With `transfer` it is given away. Over a transport whose bodies have `fds` it
 * can have them too; a byte stream carries none. A lease of shared memory can be sent
 * over any transport: rings pass it on, the others copy it.
 *
 * In a string, half of a surrogate pair has no UTF-8: it is sent as U+FFFD.
 */
export type BodyInput<B extends Body = StreamBody> = BodyData | {
  /** The bytes. */
  readonly data: BodyData;
  /** The descriptors that go with them. */
  readonly fds?: FdsInput<B> | undefined;
  /**
   * Gives the bytes away, with the whole buffer that they are in: a transport that can
   * (a MessagePort) transfers it, and doesn't copy. They must not be used afterwards.
   * Other transports take no notice. Default: false.
   */
  readonly transfer?: boolean | undefined;
};

/** The descriptors that can be sent where bodies are `B`. */
export type FdsInput<B extends Body> = B extends
  { readonly fds: readonly (infer F)[] } ? readonly F[] : readonly never[];

/** What every body has. */
export interface Body {
  /** The bytes. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** The descriptors, where the transport carries any. */
  readonly fds?: readonly Disposable[];
  /**
   * The bytes decoded as UTF-8, as `Response.text()` of fetch does: invalid ones
   * become U+FFFD, and a U+FEFF at the beginning is left out.
   */
  text(): string;
  /** The bytes parsed as JSON. */
  json(): unknown;
  /** Releases what the body owns besides memory. */
  [Symbol.dispose](): void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The property of bodies whose bytes another process can change. */
export const sharedBytes: unique symbol = Symbol("sharedBytes");

/** Whether another process can change the bytes of a body: see `ownBytes`. */
export function isShared(body: Body): boolean {
  // Not `in`, which takes ten times as long as a missing property.
  return (body as { readonly [sharedBytes]?: true })[sharedBytes] === true;
}

/**
 * The bytes of a body as nobody else can change them: a copy where they are shared.
 * Built-in decoders look at bytes twice, and end the process if they have changed.
 */
export function ownBytes(body: Body): Uint8Array<ArrayBuffer> {
  return isShared(body) ? body.data.slice() : body.data;
}

/** The bytes decoded as UTF-8; see `text()` of bodies. */
export function decodeText(data: Uint8Array<ArrayBuffer>): string {
  return decoder.decode(data);
}

/**
 * The body of a message on a byte stream: bytes and nothing else.
 *
 * `data` of a received body is a view of a larger buffer that other messages
 * may share. It is never written to again, but it keeps the whole buffer (up to
 * 256 KiB) in memory: take `data.slice()` of what is kept for long, and of what
 * is transferred to another thread, or the messages beside it lose theirs.
 *
 * A body needs no dispose. But `using` makes large ones faster, if you are done
 * with them soon: see below.
 *
 * @example Reading a body
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { StreamBody } from "jsr:@fizyr/rpc";
 *
 * const body = new StreamBody('{"state": "done"}');
 * assertEquals(body.json(), { state: "done" });
 * ```
 */
export class StreamBody implements Body {
  /** The bytes. */
  readonly data: Uint8Array<ArrayBuffer>;

  /**
   * Wraps bytes, without a copy, or encodes a string as UTF-8.
   *
   * @throws {TypeError} If it is neither a string nor bytes.
   */
  constructor(data?: BodyData);
  constructor(data: BodyData = "", checked = false) {
    this.data = checked ? data as Uint8Array<ArrayBuffer> : toBytes(data);
  }

  /**
   * The bytes decoded as UTF-8, as `Response.text()` of fetch does: invalid ones
   * become U+FFFD, and a U+FEFF at the beginning is left out.
   */
  text(): string {
    return decodeText(this.data);
  }

  /**
   * The text parsed as JSON.
   *
   * @throws {SyntaxError} If they are no JSON.
   */
  json(): unknown {
    return JSON.parse(this.text());
  }

  /**
   * Gives the memory of a large received body back, to be read into again, which
   * makes large frames about twice as fast; `data` is empty from then on. A body has
   * memory of its own if it is long, or if several of one length came one by one, of
   * 4 KiB or more. Bodies that share their memory, and your own, stay as they are.
   */
  [Symbol.dispose](): void {}
}

/**
 * Makes a body of bytes that need no check. The checks of one round trip take 4 % of
 * its CPU time, with 256 of them in flight over TCP.
 */
export const CheckedStreamBody = StreamBody as new (
  data: Uint8Array<ArrayBuffer>,
  checked: true,
) => StreamBody;

/** A body that the sender has given away, with its buffer. */
export class TransferredBody extends StreamBody {}

/**
 * Makes bytes of what the user gave, without a copy where it has bytes.
 *
 * @throws {TypeError} If it is neither a string nor bytes.
 */
export function toBytes(data: BodyData): Uint8Array<ArrayBuffer> {
  if (typeof data === "string") return encoder.encode(data);
  if (data instanceof Uint8Array) {
    if (isPlain(data.buffer)) return data as Uint8Array<ArrayBuffer>;
    // The other threads of a shared buffer could change it during the write.
    return new Uint8Array(data);
  }
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) {
    const bytes = new Uint8Array(
      data.buffer,
      data.byteOffset,
      data.byteLength,
    );
    return toBytes(bytes);
  }
  throw new TypeError(
    `A body must be a string, bytes or an object with data, got ${
      data === null ? "null" : typeof data
    }`,
  );
}

/**
 * Makes a body for a byte stream of what the user gave.
 *
 * @throws {TypeError} If it is no body, or carries file descriptors.
 */
export function toStreamBody(input: BodyInput): StreamBody {
  if (input instanceof StreamBody) {
    checkAttached(input.data);
    return input;
  }
  // Nobody else has these bytes, so they may share memory with others.
  if (typeof input === "string") {
    return new CheckedStreamBody(sentBodies.encode(input), true);
  }
  // Before the other objects, whose tests take longer.
  if (input instanceof Uint8Array) {
    const bytes = toBytes(input);
    checkAttached(bytes);
    return new CheckedStreamBody(bytes, true);
  }
  if (isLent(input)) {
    return new CheckedStreamBody(input[lentMemory].copy(), true);
  }
  let data = input as BodyData;
  let transfer = false;
  if (
    typeof input === "object" && input !== null && !ArrayBuffer.isView(input) &&
    "data" in input
  ) {
    if ("fds" in input && (input.fds as ArrayLike<unknown>)?.length > 0) {
      throw new TypeError(
        "A byte stream can't carry file descriptors: use a Unix seqpacket socket",
      );
    }
    data = input.data;
    transfer = input.transfer === true;
  }
  const bytes = toBytes(data);
  checkAttached(bytes);
  if (transfer) return new TransferredBody(bytes);
  return new CheckedStreamBody(bytes, true);
}

/** A body that was given away would be sent as an empty one. */
export function checkAttached(bytes: Uint8Array<ArrayBuffer>): void {
  if (bytes.length > 0 || !bytes.buffer.detached) return;
  throw new TypeError(
    "The body has been disposed or transferred: there is nothing to send",
  );
}

function isPlain(buffer: ArrayBufferLike): buffer is ArrayBuffer {
  return buffer instanceof ArrayBuffer;
}

/** The property by which a lease of shared memory gives what can be sent of it. */
export const lentMemory: unique symbol = Symbol("lentMemory");

/** Memory that was lent, and can be sent as a body: a `SharedMemoryLease`. */
export interface LentInput {
  /** Its bytes. Transports of this library send the memory itself, or a copy of it. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** @internal */
  readonly [lentMemory]: LentMemory;
}

/** What can be sent of a lease. */
export interface LentMemory {
  /**
   * A copy of its bytes, for transports that can't pass memory on.
   *
   * @throws {TypeError} If the lease has been released.
   */
  copy(): Uint8Array<ArrayBuffer>;
  /**
   * The same for another one who sends it later. The memory isn't lent again until
   * that is disposed too.
   *
   * @throws {TypeError} If the lease has been released.
   */
  hold(): LentInput & Disposable;
}

/** Whether what the user gave is a lease. */
export function isLent(input: unknown): input is LentInput {
  return typeof input === "object" && input !== null && lentMemory in input;
}
