import { RpcError } from "../protocol/error.ts";
import type { Message } from "../protocol/message.ts";
import { MessageType } from "../protocol/header.ts";
import type { InterfaceCodec } from "../interface/codecs/interface_codec.ts";
import type { NatsLink } from "../transports/nats/nats_link.ts";
import { NatsChannel } from "./nats_channel.ts";
import type { SubjectNames } from "./subject_names.ts";

/**
 * What is sent before the server of NATS has to have read some of it. One subscriber
 * that stands still can hold up that server's answer for 10 s, so this is much.
 */
const MAX_UNFLUSHED = 16 * 1024 * 1024;

/** The streams of a server, each to a subject. */
export class PublisherChannel extends NatsChannel {
  readonly #names: SubjectNames;
  readonly #codec: InterfaceCodec;

  /** Publishes below a prefix. */
  constructor(link: NatsLink, names: SubjectNames, codec: InterfaceCodec) {
    super(link, MAX_UNFLUSHED);
    this.#names = names;
    this.#codec = codec;
  }

  protected refuse({ header }: Message): RpcError | null {
    if (!this.link.connected) return this.notConnected();
    if (
      header.type === MessageType.Stream &&
      this.#codec.serverStreams.byId.has(header.serviceId)
    ) return null;
    return new RpcError(
      "connection-closed",
      "A publisher sends the server's streams of its interface, and nothing else",
      { outcome: "not-sent" },
    );
  }

  protected publish({ header, body }: Message): void {
    const stream = this.#codec.serverStreams.byId.get(header.serviceId)!;
    this.send(this.#names.member(stream.name), body.data, "");
  }

  protected unsent(): void {
    // Nobody waits for it, and others that were sent are lost on the way, too.
  }

  protected unsubscribe(): void {}

  protected onLost(): void {}
}
