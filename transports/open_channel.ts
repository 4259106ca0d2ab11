import type { Body } from "../protocol/body.ts";
import {
  type Channel,
  type ChannelEvents,
  fastPath,
  type FastTransport,
} from "./channel.ts";
import { StreamsChannel } from "./streams_channel.ts";
import type { Transport } from "./transport.ts";

/** Gives the channel of any transport. */
export function openChannel<B extends Body>(
  transport: Transport<B>,
  events: ChannelEvents,
): Channel<B> {
  const channel = hasFastPath(transport)
    ? transport[fastPath]()
    : new StreamsChannel(transport);
  channel.attach(events);
  return channel;
}

function hasFastPath<B extends Body>(
  transport: Transport<B>,
): transport is Transport<B> & FastTransport<B> {
  return fastPath in transport;
}
