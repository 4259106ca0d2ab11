import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Message,
  type ReceivedMessage,
  type ReceivedRequestHandle,
  RpcError,
  type RpcErrorCode,
  type StreamBody,
} from "../../mod.ts";
import { immediate } from "../../internal/event_loop.ts";
import type { TestPeer } from "./scene.ts";

/** Expects an RpcError of a code, and gives it. */
export async function rejectsWith(
  code: RpcErrorCode,
  fn: () => PromiseLike<unknown>,
): Promise<RpcError> {
  const error = await assertRejects(fn, RpcError);
  assertEquals(error.code, code, `${error.code}: ${error.message}`);
  return error;
}

/** The next message, which must be a request. */
export async function nextRequest(
  peer: Pick<TestPeer, "recvMessage">,
): Promise<{ request: ReceivedRequestHandle; body: StreamBody }> {
  const message = await peer.recvMessage();
  assert(message?.kind === "request", `got ${message?.kind}`);
  return message;
}

/** The next message, which must be a stream message. */
export async function nextStream(
  peer: Pick<TestPeer, "recvMessage">,
): Promise<Message> {
  const message: ReceivedMessage | null = await peer.recvMessage();
  assert(message?.kind === "stream", `got ${message?.kind}`);
  return message.message;
}

/** Resolves once a signal has fired, to its reason. */
export function fired(signal: AbortSignal): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const onAbort = (): void => resolve(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return promise;
}

/** Whether a promise is still pending once everything that can run now has run. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  const settled = (): void => {
    pending = false;
  };
  promise.then(settled, settled);
  // A whole turn: a race would end before what a settled promise has to say.
  await immediate();
  return pending;
}
