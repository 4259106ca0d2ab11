import { unlessAborted } from "../internal/abort.ts";
import { isInstance } from "../internal/errors.ts";
import { iterate } from "../internal/iterate.ts";
import type { Body, BodyInput } from "../protocol/body.ts";
import {
  RpcError,
  saysClosedAtWork,
  splitErrorText,
} from "../protocol/error.ts";
import type { Message } from "../protocol/message.ts";
import type { CallerRequest } from "../peer/handles/caller.ts";
import type { SentRequestHandle } from "../peer/handles/sent_request_handle.ts";
import type { SignalOptions } from "../peer/handles/signal_options.ts";
import type { UpdatesOptions } from "../peer/handles/updates_options.ts";
import { requestClosed } from "../peer/requests/sent_request.ts";
import { AwaitedRequest } from "../interface/client/request_sources.ts";

/** What becomes of a request over a link. */
export interface LinkRequestEvents<B extends Body> {
  /** It has been answered well. */
  onSuccess(): void;
  /** Sends it again after an error; null if it has to fail with that. The signal ends it. */
  resend(
    error: RpcError,
    signal: AbortSignal,
  ): Promise<SentRequestHandle<B> | null>;
}

/**
 * A request over a link. It is sent again by itself where that is safe, until the first
 * update of either side: from then on it belongs to its connection.
 *
 * It has what a `SentRequestHandle` has. As it waits for the response from the
 * beginning, forgetting it doesn't cancel it: dispose it.
 */
export class LinkRequest<B extends Body> implements CallerRequest<B> {
  readonly #events: LinkRequestEvents<B>;
  #current: Current;
  #keep: UpdatesOptions | undefined;
  #began = false;
  #taken = false;
  #disposed = false;
  /** Ends that it is sent again, while it is. */
  #resending: AbortController | null = null;

  /** @internal Made by a link. */
  constructor(handle: SentRequestHandle<B>, events: LinkRequestEvents<B>) {
    this.#events = events;
    this.#current = this.#adopt(handle);
  }

  /** The id on the wire, of the connection that it was sent over last. */
  get requestId(): number {
    return this.#current.request.requestId;
  }

  /** The service that was asked for. */
  get serviceId(): number {
    return this.#current.request.serviceId;
  }

  /** Whether the other side is known to be a peer of this library. */
  get extensions(): boolean {
    return this.#current.request.extensions;
  }

  /** Takes the next update; see `SentRequestHandle.recvUpdate`. */
  async recvUpdate(options?: SignalOptions): Promise<Message<B> | null> {
    const update = await this.#use(
      options,
      (request) => request.recvUpdate(options),
      (update) => update === null,
    );
    if (update !== null) this.#began = true;
    return update as Message<B> | null;
  }

  /** The updates until the response is there; see `SentRequestHandle.updates`. */
  updates(options?: UpdatesOptions): AsyncIterableIterator<Message<B>> {
    this.keepUpdates(options);
    return iterate(() => this.recvUpdate(options));
  }

  /** Keeps only the newest updates from now on, if the options say so. */
  keepUpdates(options: UpdatesOptions | undefined): void {
    this.#current.request.keepUpdates(options);
    if (options?.keep !== undefined) this.#keep = options;
  }

  /** All updates until the response is there. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message<B>> {
    return this.updates();
  }

  /** Takes the response; see `SentRequestHandle.recvResponse`. */
  recvResponse(options?: SignalOptions): Promise<Message<B>> {
    return this.#response(
      options,
      (request) => request.recvResponse(options),
    );
  }

  /** @internal Takes the response past unread updates, which stay to be taken. */
  recvResponsePast(options?: SignalOptions): Promise<Message<B>> {
    return this.#response(
      options,
      (request) => request.recvResponsePast(options),
    );
  }

  /**
   * Sends an update; see `SentRequestHandle.sendUpdate`. While the request is being sent
   * again it waits for that.
   */
  async sendUpdate(
    serviceId: number,
    body: BodyInput<B>,
    options?: SignalOptions,
  ): Promise<void> {
    while (this.#resending !== null) {
      // If it fails, the update fails below, as the request is over.
      const resent = this.#current.resent.catch(() => false);
      await unlessAborted(resent, options?.signal);
    }
    this.#began = true;
    const writer = this.#current.request.writeHandle();
    await writer.sendUpdate(serviceId, body as BodyInput, options);
  }

  /** What only sends updates, to be given away. */
  writeHandle(): Pick<SentRequestHandle<B>, "requestId" | "sendUpdate"> {
    return this;
  }

  /** Cancels the request; does nothing once the response has been taken. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#resending?.abort(requestClosed(this.requestId));
    this.#current.request[Symbol.dispose]();
  }

  async #response(
    options: SignalOptions | undefined,
    take: (request: AwaitedRequest) => Promise<Message<Body>>,
  ): Promise<Message<B>> {
    if (this.#taken) throw requestClosed(this.requestId);
    const response = await this.#use(options, take, () => true);
    if (this.#taken) throw requestClosed(this.requestId);
    this.#taken = true;
    return response as Message<B>;
  }

  /** Does something with the request, and again each time that it was sent again. */
  async #use<T>(
    options: SignalOptions | undefined,
    act: (request: AwaitedRequest) => Promise<T>,
    isEnd: (value: T) => boolean,
  ): Promise<T> {
    for (;;) {
      const { request, resent } = this.#current;
      const isResent = (): Promise<boolean> =>
        unlessAborted(resent, options?.signal);
      try {
        const value = await act(request);
        if (!isEnd(value) || !(await isResent())) return value;
      } catch (error) {
        const over = isInstance(error, RpcError) && error.fatal;
        if (!over || !(await isResent())) throw error;
      }
    }
  }

  #adopt(handle: SentRequestHandle<B>): Current {
    const request = new AwaitedRequest(handle as CallerRequest<Body>);
    const resent = request.arrived.then(
      (response) => {
        if (!response.isError) this.#events.onSuccess();
        return this.#sendAgain(refusalOf(response, request));
      },
      (error) => this.#sendAgain(isInstance(error, RpcError) ? error : null),
    );
    // Whoever waits for the request gets it.
    resent.catch(() => {});
    return { request, resent };
  }

  /** Whether it has been sent again. */
  async #sendAgain(error: RpcError | null): Promise<boolean> {
    if (error === null || this.#began || this.#disposed) return false;
    const handle = await this.#resend(error);
    if (handle === null) return false;
    this.#current = this.#adopt(handle);
    if (this.#disposed) this[Symbol.dispose]();
    else if (this.#keep) this.#current.request.keepUpdates(this.#keep);
    return true;
  }

  /** Sends it again, unless it is disposed first, or has to fail: null then. */
  async #resend(error: RpcError): Promise<SentRequestHandle<B> | null> {
    const { signal } = this.#resending = new AbortController();
    try {
      return await this.#events.resend(error, signal);
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    } finally {
      this.#resending = null;
    }
  }
}

/** A request over one connection. */
interface Current {
  readonly request: AwaitedRequest;
  /** Whether it has been sent again. Rejects if that was to be, and has failed. */
  readonly resent: Promise<boolean>;
}

/** The error of a response after which the request may go again; null for others. */
function refusalOf(
  response: Message<Body>,
  { extensions, requestId, serviceId }: AwaitedRequest,
): RpcError | null {
  if (!response.isError) return null;
  const text = response.text();
  const { word, message } = splitErrorText(text);
  const isRefused = word === "unavailable";
  if (!isRefused && !saysClosedAtWork(text)) return null;
  return new RpcError("remote-error", message, {
    side: "remote",
    reason: word,
    outcome: isRefused && extensions ? "refused" : "unknown",
    requestId,
    serviceId,
    responseText: text,
  });
}
