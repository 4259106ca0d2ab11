import { errorText, isInstance } from "../../internal/errors.ts";
import { pause } from "../../internal/clock.ts";
import { type Body, type BodyInput, StreamBody } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import { Message } from "../../protocol/message.ts";
import { MessageType } from "../../protocol/header.ts";
import type { Outgoing, Transport } from "../../transports/transport.ts";
import type { TracedMessage } from "../capture/trace_event.ts";
import { CliError, exitCode } from "../exit_code.ts";
import { bytesOf } from "../watch/pump.ts";
import type { Exchanges } from "./exchanges.ts";

/** How long a server may take to end, once all is answered: not every one does. */
const LONGEST_END = 1000;

/** A client of a capture that speaks again. */
export class ReplayConnection {
  readonly #transport: Transport<Body>;
  readonly #exchanges: Exchanges;
  readonly #number: number;
  readonly #timeout: number;
  readonly #writer: WritableStreamDefaultWriter<Outgoing<Body>[]>;
  readonly #reading: Promise<void>;
  /** Why nothing can be sent any more. */
  #failure: string | null = null;
  #hasEnded = false;
  #isClosed = false;
  /** Messages that were sent. */
  sent = 0;
  /** Messages that could not be sent. */
  unsent = 0;

  /**
   * Takes over a transport.
   *
   * @param timeout How long the server may show no progress, in milliseconds; 0 is
   * without end.
   */
  constructor(
    transport: Transport<Body>,
    exchanges: Exchanges,
    { number, timeout }: { readonly number: number; readonly timeout: number },
  ) {
    this.#transport = transport;
    this.#exchanges = exchanges;
    this.#number = number;
    this.#timeout = timeout;
    this.#writer = transport.writable.getWriter();
    this.#writer.closed.catch(() => {});
    this.#reading = this.#read();
  }

  /** What is wrong with the connection; null if nothing is. */
  get failure(): string | null {
    return this.#failure;
  }

  /**
   * Sends what the client sent, once the server has said what it had said before that.
   *
   * @throws {CliError} If the server makes no progress.
   */
  async send(message: TracedMessage): Promise<void> {
    const { type, requestId } = message.header;
    const answers = type === MessageType.Response ||
      type === MessageType.ResponderUpdate;
    await this.#ready(answers ? requestId : null);
    if (type === MessageType.Request) this.#exchanges.begin(message);
    if (this.#failure !== null || this.#hasEnded) {
      this.unsent++;
      return;
    }
    const body = this.#bodyOf(message.data);
    let refused: RpcError | undefined;
    const settle = (error?: RpcError): void => {
      refused = error;
    };
    const outgoing = { message: new Message(message.header, body), settle };
    try {
      await this.#writer.write([outgoing]);
    } catch (error) {
      this.#fail(errorText(error));
    }
    if (refused !== undefined) this.#fail(refused.message);
    if (this.#failure === null) this.sent++;
    else this.unsent++;
  }

  /** Ends as the client did, once all is answered. */
  async end(): Promise<void> {
    await this.#ready(null);
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    await this.#writer.close().catch((error) => this.#fail(errorText(error)));
  }

  /** Waits for what is still to come and for the server's end, and closes. */
  async finish(): Promise<void> {
    await this.end();
    const stop = new AbortController();
    // Closing TCP before the server has read everything can lose the rest.
    await Promise.race([this.#reading, pause(LONGEST_END, stop.signal)]);
    stop.abort();
    this.#exchanges.finish();
    await this.close();
  }

  /** Closes at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#transport.close();
    await this.#reading;
  }

  #ready(answering: number | null): Promise<void> {
    return this.#exchanges.ready(answering, (over) => this.#progress(over));
  }

  /** Fails when nothing has come for too long. */
  async #progress(over: AbortSignal): Promise<void> {
    if (this.#timeout === 0) return await new Promise(() => {});
    await pause(this.#timeout, over);
    if (over.aborted) return;
    const request = this.#exchanges.awaited;
    const what = request === null
      ? "The server hasn't asked again"
      : `No answer to request ${request}`;
    throw new CliError(
      exitCode.DEADLINE,
      `Connection ${this.#number}: ${what} within ${
        this.#timeout / 1000
      } s: --progress-timeout gives it more`,
    );
  }

  async #read(): Promise<void> {
    const reader = this.#transport.readable.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        for (const item of value) {
          if (isInstance(item, RpcError)) this.#fail(item.message);
          else this.#receive(item);
        }
      }
    } catch (error) {
      this.#fail(errorText(error));
    } finally {
      this.#exchanges.end();
    }
  }

  #receive(message: Message<Body>): void {
    using received = message;
    this.#exchanges.receive({
      header: received.header,
      // It is compared later.
      data: bytesOf(received).slice(),
      descriptors: received.body.fds?.length ?? 0,
      littleEndian: true,
    });
  }

  #bodyOf(data: Uint8Array<ArrayBuffer>): Body {
    const input = data as BodyInput<Body>;
    return this.#transport.toBody?.(input) ?? new StreamBody(data);
  }

  #fail(text: string): void {
    // What closing ends isn't worth a word.
    if (!this.#isClosed) this.#failure ??= text;
  }
}
