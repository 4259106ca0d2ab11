import {
  type Body,
  type BodyInput,
  isShared,
  toStreamBody,
} from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import { DIRECT_BODY_LEN } from "../protocol/frame_encoder.ts";
import { HEADER_LEN } from "../protocol/header.ts";
import { Message } from "../protocol/message.ts";
import {
  type Channel,
  type ChannelEvents,
  fastPath,
  type FastTransport,
  givenAway,
} from "./channel.ts";
import type { Incoming, Outgoing, Transport } from "./transport.ts";
import { tick } from "../internal/event_loop.ts";

/** Drives a transport through its public streams. */
export class StreamsChannel<B extends Body> implements Channel<B> {
  readonly #transport: Transport<B>;
  readonly #reader: ReadableStreamDefaultReader<Incoming<B>[]>;
  readonly #writer: WritableStreamDefaultWriter<Outgoing<B>[]>;
  readonly #toBody: BodyMaker<B>;
  #batch: Outgoing<B>[] = [];
  /** The lengths of the bodies of the batch. */
  #lengths: number[] = [];
  #events: ChannelEvents | null = null;
  /** False: the transport's own `close()` has to lose nothing that was written. */
  readonly losesOnClose = false;
  received = 0;
  written = 0;

  /** Locks both streams of the transport. */
  constructor(transport: Transport<B>) {
    this.#transport = transport;
    this.#toBody = bodyMaker(transport);
    this.#reader = transport.readable.getReader();
    this.#writer = transport.writable.getWriter();
    // These promises reject together with read() and write(), which are awaited.
    this.#reader.closed.catch(() => {});
    this.#writer.closed.catch(() => {});
    this.#writer.ready.catch(() => {});
  }

  attach(events: ChannelEvents): void {
    this.#events = events;
  }

  /** Always false: a batch holds whole messages. The transport has to detect stalls. */
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

  /** Large bodies are handed over without a copy, unless they are detachable. */
  copies({ body }: Message<B>, detachable: boolean): boolean {
    // Descriptors can't be copied like bytes, nor can what stands for a lease.
    if (body.fds !== undefined && body.fds.length > 0) return false;
    if (isShared(body)) return false;
    return detachable || body.data.length < DIRECT_BODY_LEN;
  }

  push(
    message: Message<B>,
    detachable: boolean,
    settle?: (error?: RpcError) => void,
  ): void {
    if (!this.copies(message, detachable)) return this.#add(message, settle);
    const body = this.#toBody({ data: message.body.data.slice() });
    this.#add(new Message(message.header, body), (error) => {
      if (error !== undefined && !error.fatal) {
        this.#events?.onRefused(message.header, error);
      }
    });
  }

  #add(message: Message<B>, settle?: (error?: RpcError) => void): void {
    const { length } = message.body.data;
    this.#lengths.push(length);
    this.#batch.push({
      message,
      settle: (error) => {
        // Counted one by one, so that the progress of a slow transport can be seen.
        if (error === undefined) this.written += HEADER_LEN + length;
        settle?.(error);
      },
    });
  }

  get empty(): boolean {
    return this.#batch.length === 0;
  }

  async write(): Promise<void> {
    const lengths = this.#lengths;
    const batch = this.#batch.filter(({ message, settle }, i) => {
      const intact = message.body.data.length === lengths[i];
      if (!intact) settle?.(givenAway());
      return intact;
    });
    this.#batch = [];
    this.#lengths = [];
    if (batch.length > 0) await this.#writer.write(batch);
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

/** Turns what the user gave into a body that the transport carries. */
export type BodyMaker<B extends Body> = (input: BodyInput<B>) => B;

/** The function that makes the bodies of a transport. */
export function bodyMaker<B extends Body>(
  transport: Transport<B>,
): BodyMaker<B> {
  if (transport.toBody !== undefined) {
    return (input) => transport.toBody!(input);
  }
  // Without toBody, B is StreamBody: see Transport.
  return toStreamBody as unknown as BodyMaker<B>;
}

/** How many turns of the event loop to wait for the streams to end. */
const TURNS = 20;

/**
 * Gives up a pair of streams and releases what is behind them. It doesn't wait for
 * a stream that is stuck in a write, which ends only when what is behind it ends.
 */
export async function releaseStreams(
  reader: { cancel(): Promise<void> },
  writer: { abort(): Promise<void> },
  close?: () => void | Promise<void>,
): Promise<void> {
  let ended = false;
  // Errors are ignored: the peer has seen them in its reads and writes.
  Promise.allSettled([reader.cancel(), writer.abort()]).then(() => {
    ended = true;
  });
  await close?.();
  for (let i = 0; i < TURNS && !ended; i++) await tick();
}
