import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import { isAbortError, LazySignal } from "../../internal/abort.ts";
import { isInstance } from "../../internal/errors.ts";
import type { KeepRule } from "../../internal/check_options.ts";
import { probe } from "../probe.ts";
import { type Metadata, NO_METADATA } from "./metadata.ts";
import type { NamedService } from "./named_service.ts";
import { ReceivedRareData } from "./received_rare_data.ts";
import type { RequestContext } from "./request_context.ts";
import type { RequestWatch } from "./request_watch.ts";
import { requestClosed } from "./sent_request.ts";
import { UpdateInbox } from "./update_inbox.ts";

/** The reason of a request whose connection ended before its response. */
export const CONNECTION_LOST = "connection-lost";

/**
 * - open: it has no response
 * - answering: a response waits behind updates
 * - answered: its response is on its way
 * - failed: the connection ended first
 */
type State = "open" | "answering" | "answered" | "failed";

/** One request that the other side has sent: the updates that came, and whether it is answered. */
export class ReceivedRequest<B extends Body> {
  /** The id on the wire. */
  readonly id: number;
  /** The service asked for. */
  readonly serviceId: number;
  /** When it began, in milliseconds since the connection did. */
  readonly began: number;
  readonly #context: RequestContext;
  #state: State = "open";
  // Made when first needed: most requests have neither.
  #updates: UpdateInbox<B> | null = null;
  #rare: ReceivedRareData | null = null;
  #error: RpcError | null = null;
  #updatesEnded: RpcError | null = null;
  /**
   * Called once when it has its response, with the text of an error response, or with
   * `CONNECTION_LOST` in front of a text.
   */
  onEnd: ((errorText: string | null) => void) | null = null;
  /** Updates to the other side that wait for room; a response queues behind them. */
  waitingSends = 0;
  /** The handle, held until the next sweep of the finalizer lets it go. */
  handle: WeakKey | null = null;
  /** What the service is called, once it is served by an interface. */
  named: NamedService | null = null;
  /** Whether the application has got it. */
  handedOver = false;

  /** Makes an open request. */
  constructor(
    id: number,
    serviceId: number,
    context: RequestContext,
  ) {
    this.id = id;
    this.serviceId = serviceId;
    this.began = context.moment.ms;
    this.#context = context;
  }

  /** The error that a send which begins now gives, or null. */
  get closed(): RpcError | null {
    return this.#state === "answering" ? requestClosed(this.id) : this.over;
  }

  /** The error that a send which began before gives now, or null. */
  get over(): RpcError | null {
    return this.#state === "answered" ? requestClosed(this.id) : this.#error;
  }

  /** Fires with `over` when there is such an error. */
  get overSignal(): AbortSignal {
    return (this.#rareData.sends ??= new AbortController()).signal;
  }

  /**
   * Whether the peer has answered it in the application's place: it was cancelled, its
   * time was up, or the connection closed before it was handed over.
   */
  get cancelled(): boolean {
    return this.#rare !== null && this.#rare.cancelled;
  }

  /** What came with it besides its body. */
  get metadata(): Metadata {
    return this.#rare === null ? NO_METADATA : this.#rare.metadata;
  }

  /** What that counts in the inbox, in bytes. */
  get metadataCost(): number {
    return this.#rare === null ? 0 : this.#rare.metadataCost;
  }

  /** Adds what came with it besides its body. */
  setMetadata(metadata: Metadata, cost: number): void {
    this.#rareData.metadata = metadata;
    this.#rareData.metadataCost = cost;
  }

  /** Whether nobody has the handle any more: if the answer is refused, nobody can give another. */
  get orphaned(): boolean {
    return this.#rare !== null && this.#rare.orphaned;
  }

  /** Nobody has the handle any more. */
  orphan(): void {
    this.#rareData.orphaned = true;
  }

  /** Whether its work has no end of its own, so that draining cancels it. */
  get endless(): boolean {
    return this.#rare !== null && this.#rare.endless;
  }

  /** Its work has no end of its own. */
  setEndless(): void {
    this.#rareData.endless = true;
  }

  get #rareData(): ReceivedRareData {
    return this.#rare ??= new ReceivedRareData();
  }

  /** Fires when it is cancelled, its time is up, the other side's half or the connection ends. */
  get signal(): AbortSignal {
    const rare = this.#rareData;
    if (rare.signal === null) {
      rare.signal = new LazySignal();
      const { end } = this.#context;
      // It fires no more once it is answered.
      if (end !== null && this.#state !== "answered") rare.signal.fire(end);
    }
    return rare.signal.signal;
  }

  /** Fires when the connection begins to drain. */
  get draining(): AbortSignal {
    return this.#context.draining.signal;
  }

  /** Whether the connection has begun to drain. */
  get isDraining(): boolean {
    return this.#context.draining.reason !== null;
  }

  /** A handler is about to be called for it. */
  tellHandler(named: NamedService | undefined): void {
    probe?.handlerStarted(this, named, this.#context.peer());
  }

  /** Fires its signal. */
  abort(reason: RpcError): void {
    (this.#rareData.signal ??= new LazySignal()).fire(reason);
  }

  /** Whether what was thrown only says that the signal has fired, which needs no report. */
  isOwnAbort(error: unknown): boolean {
    const reason = this.#rare?.signal?.reason ?? null;
    if (reason === null) return false;
    if (error === reason || isAbortError(error)) return true;
    // A send of a handler that didn't look at the signal.
    return this.cancelled && isInstance(error, RpcError) &&
      error.code === "request-closed" && error.requestId === this.id;
  }

  /** The peer answers it in the application's place: see `cancelled`. */
  cancel(): void {
    this.#rareData.cancelled = true;
  }

  /** An update with this service id fires its signal from now on; so does one that has come before. */
  cancelOn(serviceId: number): void {
    this.#rareData.cancelId = serviceId;
    if (this.#updates?.has(serviceId)) this.abort(canceled(this));
  }

  /** Begins to watch its time. */
  watch(start: () => RequestWatch): void {
    this.#rareData.startWatch = start;
    this.#rareData.watch = start();
  }

  /** How many updates nobody has taken. */
  get unread(): number {
    return this.#updates?.length ?? 0;
  }

  /** Takes an update from the wire; false if it was dropped. */
  onUpdate(message: Message<B>): boolean {
    if (this.#state === "answered" || this.#state === "failed") {
      message.body[Symbol.dispose]();
      return false;
    }
    const { serviceId } = message.header;
    this.#updates ??= new UpdateInbox(this.#context, this.id);
    this.#updates.push(message);
    if (serviceId === this.#rare?.cancelId) this.abort(canceled(this));
    return true;
  }

  /**
   * Keeps only the newest updates from now on.
   *
   * @throws {TypeError} If another rule holds already.
   */
  keepUpdates(rule: KeepRule): void {
    this.#updates ??= new UpdateInbox(this.#context, this.id);
    this.#updates.keep(rule);
  }

  /** A response waits behind updates: no second one may begin. */
  answering(): void {
    this.#state = "answering";
  }

  /** The response that waited can't be sent: another one may begin. */
  stopAnswering(): void {
    if (this.#state === "answering") this.#state = "open";
  }

  /**
   * The response is on its way: no update counts any more. How many were unread.
   *
   * @param errorText That of an error response.
   */
  answer(errorText: string | null): number {
    this.#state = "answered";
    this.#tellEnd(errorText);
    const rare = this.#rare;
    rare?.watch?.stop();
    const unread = this.#updates?.clear() ?? 0;
    this.#updates?.finish();
    if (rare !== null && rare.sends !== null) {
      rare.sends.abort(this.over);
      // It may be open again if the response is refused.
      rare.sends = null;
    }
    return unread;
  }

  /** Nobody will take its updates any more; how many there were. */
  dropUpdates(): number {
    return this.#updates?.clear() ?? 0;
  }

  /** The response was refused after all: it can be answered again. */
  reopen(): void {
    this.#state = "open";
    const rare = this.#rare;
    if (rare !== null) rare.watch = rare.startWatch?.() ?? null;
  }

  /** Nothing more will come from the other side; it can still be answered. */
  endUpdates(error: RpcError): void {
    this.#updates?.fail(error);
    this.#updatesEnded = error;
  }

  /** The connection has ended. */
  fail(error: RpcError): void {
    if (this.#state === "answered" || this.#state === "failed") return;
    this.#state = "failed";
    this.#error = error;
    const errorText = `${CONNECTION_LOST}: ${error.message}`;
    this.#tellEnd(errorText);
    this.handle = null;
    this.#rare?.watch?.stop();
    this.#updates?.fail(error);
    if (probe !== null) probe.handlerEnded(this, errorText);
  }

  #tellEnd(errorText: string | null): void {
    const { onEnd } = this;
    // A response that is refused later, and given again, counts once.
    this.onEnd = null;
    onEnd?.(errorText);
  }

  /** The next update, for a handle that isn't garbage-collected meanwhile; null once the response is sent. */
  recvUpdate(
    signal?: AbortSignal,
    owner?: WeakKey,
  ): Promise<Message<B> | null> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const update = this.#updates?.take();
    if (update !== undefined) return Promise.resolve(update);
    if (this.#state === "answered") return Promise.resolve(null);
    const error = this.#error ?? this.#updatesEnded;
    if (error !== null) return Promise.reject(error);
    this.#updates ??= new UpdateInbox(this.#context, this.id);
    return this.#updates.wait(signal, owner);
  }
}

/** What the signal of a request fires with when the other side has cancelled it. */
export function canceled(
  { id, serviceId }: { readonly id: number; readonly serviceId: number },
): RpcError {
  return new RpcError(
    "request-closed",
    "The other side has cancelled the request",
    { side: "remote", requestId: id, serviceId, reason: "canceled" },
  );
}
