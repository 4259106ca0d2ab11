import type { Body } from "../../protocol/body.ts";
import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import type { MessageDeclaration } from "../declare/declaration.ts";
import type { Format } from "../formats/format.ts";
import type { MessageCodec } from "../codecs/interface_codec.ts";
import { argumentsOf } from "../messages/send_methods.ts";
import { sendStream } from "./send_stream.ts";
import type { MessageSchema, SendArgs } from "../declare/body_types.ts";
import type { RequiredBodyOfStream } from "../declare/stream_types.ts";

/** The options of sending a stream message. A signal ends the waiting for room. */
export interface StreamSendOptions extends SignalOptions {
  /** The format of the body. Default: that of the declaration. */
  format?: Format | undefined;
}

/** The streams of an interface by name, as `Interface.streams` has them. */
export type InterfaceStreams<T> = {
  readonly [K in keyof T]: T[K] extends MessageDeclaration
    ? InterfaceStream<T[K]>
    : never;
};

/**
 * A stream of an interface, as `Camera.streams` has it: sends messages to a peer. It
 * belongs to no connection.
 */
export class InterfaceStream<D extends MessageDeclaration> {
  /** Who sends it. */
  readonly from: "client" | "server";
  readonly #codec: (format?: Format) => MessageCodec;

  /** @internal Made by an interface. */
  constructor(
    from: "client" | "server",
    codec: (format?: Format) => MessageCodec,
  ) {
    this.from = from;
    this.#codec = codec;
  }

  /** The name with that of the interface, as in `Robot.joints`. */
  get name(): string {
    return this.#codec().fullName;
  }

  /** The id on the wire. */
  get id(): number {
    return this.#codec().id;
  }

  /** @internal How the body is made, for a broadcast. */
  codec(format: Format | undefined): MessageCodec {
    return this.#codec(format);
  }

  /**
   * Sends a message to a peer. It takes the body, if there is one, and
   * `{ signal, format }`.
   *
   * - Resolves when the body is no longer needed, not when the other side has it.
   * - Waits while `writeQueueBytes` are queued: to send to many, and not to wait for
   *   any of them, make a {@linkcode Broadcast}.
   *
   * @throws {RpcError} `encode-failed` if the body can't be encoded; what `sendStream`
   * of the peer throws, with the name of the stream before the message.
   * @throws The reason of the signal, when it fires.
   */
  async send<B extends RequiredBodyOfStream<D>, I>(
    peer: PeerHandle<B, I> | PeerWriteHandle<B, I>,
    ...args: SendArgs<MessageSchema<D>, StreamSendOptions>
  ): Promise<void> {
    const [, given] = argumentsOf(this.#codec().body, args);
    const options: StreamSendOptions | undefined = given;
    // Its bodies are those that the declaration asks for.
    const sender = peer as unknown as PeerWriteHandle<Body, I>;
    await sendStream(this.#codec(options?.format), sender, args);
  }
}
