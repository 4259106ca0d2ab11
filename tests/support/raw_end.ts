import { Message, MessageHeader, StreamBody } from "../../mod.ts";
import type { BodyData, Incoming, MessageType, Outgoing } from "../../mod.ts";
import type { TestTransport } from "./transport_under_test.ts";

/** The other side of a peer, message by message, over a transport's public streams. */
export class RawEnd {
  readonly #transport: TestTransport;
  readonly #reader: ReadableStreamDefaultReader<Incoming[]>;
  readonly #writer: WritableStreamDefaultWriter<Outgoing[]>;
  #received: Incoming[] = [];

  constructor(transport: TestTransport) {
    this.#transport = transport;
    this.#reader = transport.readable.getReader();
    this.#writer = transport.writable.getWriter();
    // What breaks is told by recv() and send().
    this.#reader.closed.catch(() => {});
    this.#writer.closed.catch(() => {});
    this.#writer.ready.catch(() => {});
  }

  /** Sends one message; resolves when it is written. */
  send(
    type: MessageType,
    requestId: number,
    serviceId: number,
    body: BodyData = "",
  ): Promise<void> {
    return this.sendBatch([[type, requestId, serviceId, body]]);
  }

  /** Sends several messages as one batch. */
  sendBatch(
    batch: readonly (readonly [MessageType, number, number, BodyData])[],
  ): Promise<void> {
    return this.#writer.write(
      batch.map(([type, requestId, serviceId, body]) => ({
        message: new Message(
          new MessageHeader(type, requestId, serviceId),
          this.#transport.toBody?.(body) ?? new StreamBody(body),
        ),
      })),
    );
  }

  /** The next message; null at a clean end. */
  async recv(): Promise<Message | null> {
    for (;;) {
      const item = this.#received.shift();
      if (item instanceof Message) return item;
      if (item !== undefined) throw item;
      const { done, value } = await this.#reader.read();
      if (done) {
        // As a program does: a peer waits for the other side's end.
        await this.#writer.close().catch(() => {});
        return null;
      }
      this.#received = value;
    }
  }

  /** The next message, of which only the header and the text matter. */
  async recvPlain(): Promise<[MessageType, number, number, string] | null> {
    const message = await this.recv();
    if (message === null) return null;
    const { type, requestId, serviceId } = message.header;
    return [type, requestId, serviceId, message.text()];
  }

  /** Ends the writing side, and goes on reading. */
  end(): Promise<void> {
    return this.#writer.close();
  }

  /** Breaks off, whatever is under way. */
  async close(): Promise<void> {
    await this.#transport.close();
    await Promise.allSettled([this.#reader.cancel(), this.#writer.abort()]);
  }
}
