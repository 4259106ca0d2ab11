import {
  Message,
  MessageHeader,
  MessageType,
  type Outgoing,
  StreamBody,
  type Transport,
} from "../../mod.ts";

/** A transport of a user's, which settles when the test says so. */
export class SlowToSettle implements Transport {
  readonly info = null;
  readonly readable: ReadableStream<Message[]>;
  readonly writable: WritableStream<Outgoing[]>;
  #toPeer!: ReadableStreamDefaultController<Message[]>;
  readonly #written = Promise.withResolvers<Outgoing>();

  constructor() {
    this.readable = new ReadableStream<Message[]>({
      start: (controller) => void (this.#toPeer = controller),
    });
    this.writable = new WritableStream<Outgoing[]>({
      write: ([first]) => this.#written.resolve(first!),
    });
  }

  check(): null {
    return null;
  }

  /** The first message, which isn't settled. */
  get written(): Promise<Outgoing> {
    return this.#written.promise;
  }

  /** Answers the first message. */
  async answer(): Promise<void> {
    const { requestId } = (await this.written).message.header;
    const header = new MessageHeader(MessageType.Response, requestId, 1);
    this.#toPeer.enqueue([new Message(header, new StreamBody("answer"))]);
  }

  /** Asks, without a body. */
  ask(id = 1): void {
    const header = new MessageHeader(MessageType.Request, id, 1);
    this.#toPeer.enqueue([new Message(header, new StreamBody())]);
  }

  /** The other side ends. */
  end(): void {
    this.#toPeer.close();
  }

  close(): void {}
}
