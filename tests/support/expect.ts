import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Message,
  type ReceivedMessage,
  type ReceivedRequestHandle,
  RpcError,
  type RpcErrorCode,
  type StreamBody,
} from "../../mod.ts";
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

/** A promise's state once everything else that can run now has run. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  const winner = await Promise.race([
    promise.catch(() => {}),
    Promise.resolve(pending),
  ]);
  return winner === pending;
}
