import { setProbe } from "../peer/probe.ts";
import { ChannelProbe } from "./channel_probe.ts";

/** Those who want it now. */
const wanted = new Set<symbol>();

/**
 * Publishes on channels of `node:diagnostics_channel` what happens in this program from
 * now on: see {@linkcode DiagnosticsMessages}. Disposing what it gives ends that, once
 * all that were given are disposed.
 *
 * - Subscribers are called at once, in the middle of what they are told of. So they are
 *   to be short.
 * - What is published is made only for channels that have subscribers.
 * - A call or handler which began before anybody listened has no end, and a connection
 *   which began before this was called no close.
 */
export function publishDiagnostics(): Disposable {
  const mine = Symbol();
  if (wanted.size === 0) setProbe(new ChannelProbe());
  wanted.add(mine);
  return {
    [Symbol.dispose]() {
      if (wanted.delete(mine) && wanted.size === 0) setProbe(null);
    },
  };
}
