import { unlessAborted } from "../../internal/abort.ts";
import { isInstance } from "../../internal/errors.ts";
import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import type { UpdatesOptions } from "../../peer/handles/updates_options.ts";
import type { SentRequestSource, UpdateSender } from "./sent_request_source.ts";
import { checkKeep, type KeepOptions } from "../../internal/check_options.ts";

/**
 * A request whose response interceptors wait for, whether the application asks for
 * it or not. Updates stay for the application.
 */
export class AwaitedRequest implements SentRequestSource {
  readonly #request: SentRequestSource;
  readonly #arrived = Promise.withResolvers<Message<Body>>();
  #response: Message<Body> | null = null;
  /** How many calls of `recvResponse` wait: the response goes to the first of them. */
  #waiting = 0;

  /** Begins to wait for the response. */
  constructor(request: SentRequestSource) {
    this.#request = request;
    request.recvResponsePast().then(
      (message) => this.#arrive(message),
      (error) => {
        if (isClosed(error) && this.#waiting > 0) return;
        this.#arrived.reject(error);
      },
    );
  }

  /** The response. Rejects with the error of the connection, or after dispose. */
  get arrived(): Promise<Message<Body>> {
    return this.#arrived.promise;
  }

  get requestId(): number {
    return this.#request.requestId;
  }

  get serviceId(): number {
    return this.#request.serviceId;
  }

  get extensions(): boolean {
    return this.#request.extensions;
  }

  keepUpdates(options: UpdatesOptions | undefined): void {
    this.#request.keepUpdates(options);
  }

  recvUpdate(options?: SignalOptions): Promise<Message<Body> | null> {
    return this.#request.recvUpdate(options);
  }

  /** As that of a `SentRequestHandle`, but the response may be asked for again. */
  async recvResponse(options?: SignalOptions): Promise<Message<Body>> {
    this.#waiting++;
    try {
      const message = await this.#request.recvResponse(options);
      this.#arrive(message);
      return message;
    } catch (error) {
      if (!isClosed(error)) throw error;
      if (this.#response !== null) return this.#response;
      // It was disposed while both waited.
      this.#arrived.reject(error);
      throw error;
    } finally {
      this.#waiting--;
    }
  }

  recvResponsePast(options?: SignalOptions): Promise<Message<Body>> {
    return unlessAborted(this.arrived, options?.signal);
  }

  writeHandle(): UpdateSender {
    return this.#request.writeHandle();
  }

  /** Abandons the request, unless the response is there: updates may be left. */
  end(): void {
    if (this.#response === null) this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#request[Symbol.dispose]();
  }

  #arrive(message: Message<Body>): void {
    this.#response = message;
    this.#arrived.resolve(message);
  }
}

function isClosed(error: unknown): boolean {
  return isInstance(error, RpcError) && error.code === "request-closed";
}

/** What stands for a request that an interceptor has answered, so that none was sent. */
export class UnsentRequest implements SentRequestSource {
  readonly requestId = -1;
  readonly extensions = false;
  readonly serviceId: number;

  /** Makes it for a service. */
  constructor(serviceId: number) {
    this.serviceId = serviceId;
  }

  keepUpdates(options: KeepOptions | undefined): void {
    checkKeep(options);
  }

  recvUpdate(): Promise<null> {
    return Promise.resolve(null);
  }

  recvResponse(): Promise<Message<Body>> {
    return Promise.reject(unsent());
  }

  recvResponsePast(): Promise<Message<Body>> {
    return Promise.reject(unsent());
  }

  writeHandle(): UpdateSender {
    return {
      requestId: this.requestId,
      sendUpdate: () => Promise.reject(unsent()),
    };
  }

  [Symbol.dispose](): void {}
}

/** The error of a request that interceptors have ended before it was sent. */
export function unsent(): RpcError {
  return new RpcError(
    "request-closed",
    "The request is closed: its interceptors have ended, and it was never sent",
  );
}
