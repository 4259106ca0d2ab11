/** A peer over a channel whose code is still being loaded. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { tick } from "../../internal/event_loop.ts";
import { Peer } from "../../peer/mod.ts";
import type { StreamBody } from "../../protocol/body.ts";
import {
  ChannelTransport,
  type CheckedChannel,
} from "../../transports/channel_transport.ts";
import { LateChannel } from "../../transports/late_channel.ts";

/** A transport of this library, as constructors make them. */
class LateTransport extends ChannelTransport<StreamBody, null> {
  constructor(load: () => Promise<() => CheckedChannel<StreamBody>>) {
    const abandon = (): void => {};
    super(new LateChannel({ load, check: () => null, abandon }), null);
  }

  override ref(): void {}
  override unref(): void {}
}

Deno.test("A call that is cancelled before its channel is there leaves no rejection behind where the channel fails", async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", onUnhandled);
  try {
    const loading = Promise.withResolvers<() => CheckedChannel<StreamBody>>();
    const transport = new LateTransport(() => loading.promise);
    await using peer = Peer.spawn(transport, { extensions: true });
    const aborter = new AbortController();
    const { signal } = aborter;
    const calling = peer.call(1, "", { signal }).catch((error) => error);
    const reason = new Error("enough");
    aborter.abort(reason);
    loading.reject(new Error("no such code"));
    assertStrictEquals(await calling, reason);
    assertEquals((await peer.closed)?.code, "connection-aborted");
    // A rejection counts as unhandled when the microtasks are done.
    await tick();
    assertEquals(unhandled, []);
  } finally {
    globalThis.removeEventListener("unhandledrejection", onUnhandled);
  }
});
