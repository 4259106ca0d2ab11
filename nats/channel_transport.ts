import type { StreamBody } from "../protocol/body.ts";
import { ChannelTransport } from "../transports/channel_transport.ts";
import type { NatsChannel } from "./nats_channel.ts";

/** What is known of who asks a service over NATS: nothing but where. */
export interface NatsServiceInfo {
  /** Always `"nats-service"`. */
  readonly transport: "nats-service";
  /** What the subjects begin with. */
  readonly subject: string;
}

/** Gives a channel to a Peer. */
export class NatsChannelTransport
  extends ChannelTransport<StreamBody, NatsServiceInfo> {
  /** Takes over a channel. */
  constructor(channel: NatsChannel, subject: string) {
    super(channel, { transport: "nats-service", subject });
  }

  // The NATS client has no such thing.
  override ref(): void {}

  override unref(): void {}
}
