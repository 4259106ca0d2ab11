import {
  type PeerHandle,
  type ReceivedRequestHandle,
  RpcError,
} from "../../mod.ts";
import { Outcomes } from "./outcomes.ts";

/** One side of a conversation that doesn't end by itself. */
export interface Side {
  readonly outcomes: Outcomes;
  /** Resolves when all that this side says has been said and heard, or can't be. */
  readonly ready: Promise<void>;
  /** Resolves when the connection has ended and nothing is pending any more. */
  readonly ended: Promise<void>;
}

/**
 * Says everything there is to say: a request with updates both ways and a
 * response, a stream message, and a second request that stays open; and answers
 * the same from the other side.
 */
export function converse(peer: PeerHandle): Side {
  const outcomes = new Outcomes();
  const asked = Promise.withResolvers<void>();
  const heard = Promise.withResolvers<void>();
  const all = [
    until(ask(peer, outcomes, asked.resolve)).finally(asked.resolve),
    until(answer(peer, outcomes, heard.resolve)).finally(heard.resolve),
    peer.closed,
  ];
  return {
    outcomes,
    ready: Promise.all([asked.promise, heard.promise]).then(() => {}),
    ended: Promise.all(all).then(() => {}),
  };
}

async function ask(
  peer: PeerHandle,
  outcomes: Outcomes,
  ready: () => void,
): Promise<void> {
  const first = await outcomes.track("sendRequest", peer.sendRequest(1, "a"));
  await outcomes.track("sendUpdate", first.sendUpdate(10, "up"));
  await outcomes.track("recvUpdate", first.recvUpdate());
  await outcomes.track("recvResponse", first.recvResponse());
  await outcomes.track("sendStream", peer.sendStream(5, "stream"));
  const open = await outcomes.track("sendRequest", peer.sendRequest(2, ""));
  ready();
  await Promise.allSettled([
    outcomes.track("recvUpdate, open", open.recvUpdate()),
    outcomes.track("recvResponse, open", open.recvResponse()),
  ]);
  await outcomes.track("sendUpdate", open.sendUpdate(10, "late"));
}

async function answer(
  peer: PeerHandle,
  outcomes: Outcomes,
  ready: () => void,
): Promise<void> {
  const running: Promise<void>[] = [];
  try {
    for (;;) {
      const message = await outcomes.track("recvMessage", peer.recvMessage());
      if (message === null) break;
      if (message.kind === "stream") continue;
      if (message.request.serviceId === 2) ready();
      running.push(until(handle(message.request, outcomes)));
    }
  } finally {
    await Promise.all(running);
  }
}

async function handle(
  request: ReceivedRequestHandle,
  outcomes: Outcomes,
): Promise<void> {
  try {
    await outcomes.track("recvUpdate, received", request.recvUpdate());
    const update = request.sendUpdate(11, "down");
    await outcomes.track("sendUpdate, received", update);
    await outcomes.track("sendResponse", request.sendResponse(1, "b"));
  } catch (error) {
    // Where the other side has ended cleanly, it can still be answered.
    const sorry = request.sendErrorResponse("sorry");
    await outcomes.track("sendErrorResponse", sorry);
    throw error;
  }
}

/** What the end of the connection throws has been noted. */
async function until(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
  }
}
