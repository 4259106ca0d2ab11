import { tick } from "../../internal/event_loop.ts";
import type { TransportUnderTest } from "../support/transport_under_test.ts";
import { type Link, MAX_BODY_LEN } from "./link.ts";
import type { LinkMaker } from "./run_schedule.ts";

/**
 * Makes links over a transport. Nothing can hold its bytes back, and a cut is that one
 * end is closed under its peer.
 */
export function linkOver(transport: TransportUnderTest): LinkMaker {
  return async (_schedule, onCut): Promise<Link> => {
    const stack = new AsyncDisposableStack();
    const transports = await transport.link({
      maxBodyLenRead: MAX_BODY_LEN,
      maxBodyLenWrite: MAX_BODY_LEN,
    }, stack);
    return {
      transports,
      patience: 3000,
      moved: 0,
      pass() {},
      cut(how, side) {
        onCut(how);
        // It reports what it fails with to the peer, by its streams.
        Promise.try(() => transports[side].close()).catch(() => {});
      },
      async turn(count) {
        for (let i = 0; i < count; i++) await tick();
      },
      checkEnd: () => stack.disposeAsync(),
    };
  };
}
