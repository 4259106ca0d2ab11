import { type Body, StreamBody } from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import { DIRECT_BODY_LEN } from "../protocol/frame_encoder.ts";
import { HEADER_LEN, type MessageHeader } from "../protocol/header.ts";
import { Message } from "../protocol/message.ts";
import { MessageType } from "../protocol/message_type.ts";
import type { Channel } from "./channel.ts";
import { releaseStreams } from "./release_streams.ts";
import type { Incoming, Outgoing, Transport } from "./transport.ts";

/** Drives a transport through its public streams. */
export class StreamsChannel<B extends Body> implements Channel<B> {
  readonly #transport: Transport<B>;
  readonly #reader: ReadableStreamDefaultReader<Incoming<B>[]>;
  readonly #writer: WritableStreamDefaultWriter<Outgoing<B>[]>;
  #batch: Outgoing<B>[] = [];
  onPartial: (() => void) | null = null;
  onRefused: ((header: MessageHeader, error: RpcError) => void) | null = null;
  received = 0;
  written = 0;

  /** Locks both streams of the transport. */
  constructor(transport: Transport<B>) {
    this.#transport = transport;
    this.#reader = transport.readable.getReader();
    this.#writer = transport.writable.getWriter();
    // They reject together with read() and write(), which are awaited.
    this.#reader.closed.catch(() => {});
    this.#writer.closed.catch(() => {});
    this.#writer.ready.catch(() => {});
  }

  /** Always false: a batch holds whole messages, and a stall is the transport's to see. */
  get partial(): boolean {
    return false;
  }

  async read(): Promise<Incoming<B>[] | null> {
    const { done, value } = await this.#reader.read();
    if (done) return null;
    for (const item of value) {
      if ("body" in item) this.received += HEADER_LEN + item.body.data.length;
    }
    return value;
  }

  /**
   * Large bodies are handed over as they are, but for responses: a program that
   * waits for its response to be written must not hold up what it is to read.
   */
  copies({ header, body }: Message<B>): boolean {
    // Descriptors can't be copied like bytes.
    if (body.fds !== undefined && body.fds.length > 0) return false;
    return header.type === MessageType.Response ||
      body.data.length < DIRECT_BODY_LEN;
  }

  push(message: Message<B>, settle?: (error?: RpcError) => void): void {
    if (!this.copies(message)) return this.#add(message, settle);
    const data = message.body.data.slice();
    // Without toBody, B is StreamBody: see Transport.
    const body = this.#transport.toBody?.({ data }) ??
      new StreamBody(data) as unknown as B;
    this.#add(new Message(message.header, body), (error) => {
      if (error !== undefined && !error.fatal) {
        this.onRefused?.(message.header, error);
      }
    });
  }

  #add(message: Message<B>, settle?: (error?: RpcError) => void): void {
    const length = HEADER_LEN + message.body.data.length;
    this.#batch.push({
      message,
      settle: (error) => {
        // Counted one by one, so that a slow transport is seen to make progress.
        if (error === undefined) this.written += length;
        settle?.(error);
      },
    });
  }

  get empty(): boolean {
    return this.#batch.length === 0;
  }

  async write(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    await this.#writer.write(batch);
  }

  closeWrite(): Promise<void> {
    return this.#writer.close();
  }

  close(): Promise<void> {
    return releaseStreams(
      this.#reader,
      this.#writer,
      () => this.#transport.close(),
    );
  }
}
