import { errorText, isInstance } from "../../internal/errors.ts";
import { type Body, ownBytes } from "../../protocol/body.ts";
import type { Endian } from "../../protocol/header.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import type { ByteIo } from "../../transports/framed/byte_io.ts";
import type { Incoming, Transport } from "../../transports/transport.ts";
import { ByteTap } from "./byte_tap.ts";

/** What is told of one direction of a connection. */
export interface PumpEvents {
  /** A message goes by. What it holds is gone afterwards. */
  onMessage(message: Message<Body>): void;
  /** Something isn't shown, or not passed on. */
  onRemark(text: string): void;
  /** The side has ended, or broken off. */
  onEnd(error: string | null): void;
}

/**
 * How a direction has ended:
 *
 * - ended: its end was passed on.
 * - read-failed: its sender broke off.
 * - write-failed: its receiver takes nothing more.
 */
export type PumpEnd = "ended" | "read-failed" | "write-failed";

/**
 * Passes the bytes of one direction on, as they come: one read, then one write, so that
 * the receiver's pace is the sender's.
 */
export async function pumpBytes(
  from: ByteIo,
  to: ByteIo,
  { maxBody, endian }: { readonly maxBody: number; readonly endian: Endian },
  events: PumpEvents,
): Promise<PumpEnd> {
  const tap = new ByteTap(maxBody, endian);
  let isDecoded = true;
  for (;;) {
    let messages: Message[] | null;
    try {
      messages = await from.receive(tap);
    } catch (error) {
      events.onEnd(errorText(error));
      return "read-failed";
    }
    if (messages === null) break;
    // On its way before anybody looks at it.
    const sending = sendAll(to, tap.takeBytes());
    for (const message of messages) events.onMessage(message);
    if (isDecoded && tap.error !== null) {
      isDecoded = false;
      events.onRemark(
        `Passed on, but not shown from here: ${tap.error.message}`,
      );
    }
    if (!await sending) return "write-failed";
  }
  events.onEnd(isDecoded ? tap.end()?.message ?? null : null);
  return await succeeds(to.closeWrite()) ? "ended" : "write-failed";
}

/** Passes the messages of one direction on, with their descriptors. */
export async function pumpMessages(
  from: Transport<Body>,
  to: Transport<Body>,
  events: PumpEvents,
): Promise<PumpEnd> {
  const reader = from.readable.getReader();
  const writer = to.writable.getWriter();
  // It fails with the write that fails.
  writer.closed.catch(() => {});
  for (;;) {
    let batch: Incoming<Body>[] | undefined;
    try {
      batch = (await reader.read()).value;
    } catch (error) {
      events.onEnd(errorText(error));
      return "read-failed";
    }
    if (batch === undefined) break;
    const messages: Message<Body>[] = [];
    for (const item of batch) {
      if (!isInstance(item, RpcError)) messages.push(item);
      else events.onRemark(`A message isn't passed on: ${item.message}`);
    }
    const sending = succeeds(writer.write(messages.map((message) => ({
      message,
      settle: (error) => {
        if (error === undefined || error.fatal) return;
        events.onRemark(`A message isn't passed on: ${error.message}`);
      },
    }))));
    for (const message of messages) events.onMessage(message);
    const isSent = await sending;
    for (const message of messages) message[Symbol.dispose]();
    if (!isSent) return "write-failed";
  }
  events.onEnd(null);
  return await succeeds(writer.close()) ? "ended" : "write-failed";
}

/** The bytes of a body, as nobody can change them. */
export function bytesOf({ body }: Message<Body>): Uint8Array<ArrayBuffer> {
  return ownBytes(body);
}

async function sendAll(
  to: ByteIo,
  chunks: readonly Uint8Array<ArrayBuffer>[],
): Promise<boolean> {
  for (const chunk of chunks) {
    for (let rest = chunk; rest.length > 0;) {
      try {
        rest = rest.subarray(await to.send(rest));
      } catch {
        // Why is told where that side is read.
        return false;
      }
    }
  }
  return true;
}

/** Whether something works; why not is told where that side is read. */
function succeeds(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(() => true, () => false);
}
