import { assert } from "@std/assert";
import { type PeerHandle, RpcError } from "../../mod.ts";
import type { Side } from "./conversation.ts";
import { Outcomes } from "./outcomes.ts";
import { CUTS, HANDOVERS, holdAndCut, lengthOf } from "./scene.ts";

/** Calls a service that answers and one that doesn't, and serves both. */
function serveAndCall(peer: PeerHandle): Side {
  const outcomes = new Outcomes();
  const asked = Promise.withResolvers<void>();
  const heard = Promise.withResolvers<void>();
  const aborted: Promise<void>[] = [];
  const serving = outcomes.track(
    "serve",
    peer.serve({
      1: async (request, body) => {
        await request.sendUpdate(11, "down");
        return body;
      },
      2: async (_request, _body, { signal }) => {
        heard.resolve();
        const stopped = Promise.withResolvers<void>();
        aborted.push(stopped.promise);
        signal.addEventListener("abort", () => stopped.resolve());
        if (signal.aborted) stopped.resolve();
        await stopped.promise;
        signal.throwIfAborted();
      },
    }),
  );
  const calling = (async () => {
    try {
      await outcomes.track("call", peer.call(1, "a"));
      const open = outcomes.track("call", peer.call(2, ""));
      asked.resolve();
      await open;
    } catch (error) {
      assert(error instanceof RpcError, `${error}`);
    }
    asked.resolve();
  })();
  const ended = Promise.all([serving, calling, peer.closed])
    .then(() => Promise.all(aborted));
  return {
    outcomes,
    ready: Promise.all([asked.promise, heard.promise]).then(() => {}),
    ended: ended.then(() => {}),
  };
}

for (const how of Object.keys(CUTS)) {
  for (const handover of HANDOVERS) {
    Deno.test(
      `serve ends and call fails with the right code when the connection is cut at any byte: ${how} (${handover.kind})`,
      async () => {
        const length = await lengthOf(serveAndCall);
        // A failed write is noticed only where something is written.
        const last = how.includes("fails to write") ? length - 1 : length;
        const cuts: Promise<void>[] = [];
        for (let at = 0; at <= last; at++) {
          cuts.push(holdAndCut(at, how, handover, serveAndCall));
        }
        await Promise.all(cuts);
      },
    );
  }
}
