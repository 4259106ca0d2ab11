import type { Body } from "../protocol/body.ts";
import { type Channel, fastPath, type FastTransport } from "./channel.ts";
import { StreamsChannel } from "./streams_channel.ts";
import type { Transport } from "./transport.ts";

/** Gives the channel of any transport. */
export function openChannel<B extends Body>(
  transport: Transport<B>,
): Channel<B> {
  return fastPath in transport
    ? (transport as Transport<B> & FastTransport<B>)[fastPath]()
    : new StreamsChannel(transport);
}
