import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import type { KeepRule } from "../../internal/check_options.ts";
import { probe } from "../probe.ts";
import { remoteError } from "./remote_error.ts";
import type { RequestContext } from "./request_context.ts";
import type { RequestOptions } from "./request_options.ts";
import type { RequestWatch } from "./request_watch.ts";
import { UpdateInbox } from "./update_inbox.ts";
import { type Waiter, Waiters } from "../../internal/waiters.ts";

/**
 * - open: the response hasn't come
 * - answered: it has come and nobody has taken it
 * - taken: it has been taken
 * - failed: the connection ended first
 * - cancelled: this side has ended it before its response
 * - abandoned: nobody wants it any more
 */
type State =
  | "open"
  | "answered"
  | "taken"
  | "failed"
  | "cancelled"
  | "abandoned";

/** One request that this side has sent: what has come for it, and what waits for more. */
export class SentRequest<B extends Body> {
  /** The id on the wire. */
  readonly id: number;
  /** The service asked for. */
  readonly serviceId: number;
  /** When it began, in milliseconds since the connection did. */
  readonly began: number;
  readonly #context: RequestContext;
  // Made when first needed: most requests have no update, and many no waiter.
  #updates: UpdateInbox<B> | null = null;
  #waiters: Waiters<Message<B>> | null = null;
  /** Settle the promise of a call, which alone has the request then. */
  #resolveCall: Waiter<Message<B>>["resolve"] | null = null;
  #rejectCall: Waiter<Message<B>>["reject"] | null = null;
  #state: State = "open";
  #response: Message<B> | null = null;
  /** What it has failed with, or the reason for which it was cancelled. */
  #failure: unknown = null;
  /** Ends its updates that wait for room; made for the first of them. */
  #sends: AbortController | null = null;
  /** Whether the other side is known to be a peer of ours. */
  extensions = false;
  /** Which message of the write queue it is. */
  position = 0;
  /** Ends it when its signal fires or its time is up. */
  watch: RequestWatch | null = null;
  /** What tells the other side that it is over here. */
  onAbort: NonNullable<RequestOptions<B>["onAbort"]> | null = null;
  /** The handle, held until the next sweep of the finalizer lets it go. */
  handle: WeakKey | null = null;

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

  /** Whether its response can still come, for somebody who wants it. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Whether its response has come, which nobody has taken. */
  get isAnswered(): boolean {
    return this.#state === "answered";
  }

  /** Whether this side has ended it. */
  get isCancelled(): boolean {
    return this.#state === "cancelled";
  }

  /** What it has failed with, or was cancelled for. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The error that sending an update gives now, or null. */
  get closed(): RpcError | null {
    if (this.#state === "open") return null;
    // What a connection ends with is an error of this library.
    if (this.#state === "failed") return this.#failure as RpcError;
    return requestClosed(this.id);
  }

  /** The error that sending an update which began before gives now, or null. */
  get over(): RpcError | null {
    return this.closed;
  }

  /** Fires with `over` when there is such an error. */
  get overSignal(): AbortSignal {
    return (this.#sends ??= new AbortController()).signal;
  }

  /** How many updates nobody has taken. */
  get unread(): number {
    return this.#updates?.length ?? 0;
  }

  /** Takes an update from the wire; false if it was dropped. */
  onUpdate(message: Message<B>): boolean {
    if (this.#state !== "open" || this.#resolveCall !== null) {
      message.body[Symbol.dispose]();
      return false;
    }
    this.#updates ??= new UpdateInbox(this.#context, this.id);
    const taken = this.#updates.push(message);
    if (!taken && this.#waiters !== null && this.#waiters.length > 0) {
      this.#waiters.rejectAll(updateUnread(this.id));
    }
    return true;
  }

  /** Takes the response from the wire; the id is free from now on. False if it was dropped. */
  onResponse(message: Message<B>): boolean {
    if (this.#state === "abandoned" || this.#state === "cancelled") {
      message.body[Symbol.dispose]();
      return false;
    }
    this.handle = null;
    this.watch?.stop();
    // A call sends no updates.
    if (this.#resolveCall !== null) {
      this.#state = "taken";
      // The call takes the text of an error.
      if (probe !== null) probe.callAnswered(this, message);
      this.#settleCall(message, this.#resolveCall, this.#rejectCall!);
      return true;
    }
    // Here rather than in a field: few requests have updates.
    const pastUpdates = this.#updates?.pastUpdates;
    if (this.#waiters?.resolve(message) || pastUpdates?.resolve(message)) {
      this.#state = "taken";
      // Making an error costs much: only where somebody gets it.
      if ((this.#waiters?.length ?? 0) + (pastUpdates?.length ?? 0) > 0) {
        this.#rejectWaiters(requestClosed(this.id));
      }
    } else {
      this.#state = "answered";
      this.#response = message;
      this.#context.unclaimed.add(message.body);
    }
    this.#updates?.finish();
    this.#endSends();
    if (probe !== null) probe.callAnswered(this, message);
    return true;
  }

  /** The connection has ended, or what came for it was refused. */
  fail(error: RpcError): void {
    if (this.#state === "open") this.#end("failed", error);
  }

  /** This side ends it before its response; how many updates were unread. */
  cancel(reason: unknown): number {
    const dropped = this.#updates?.clear() ?? 0;
    this.#end("cancelled", reason);
    return dropped;
  }

  #end(state: "failed" | "cancelled", failure: unknown): void {
    this.#state = state;
    this.#failure = failure;
    this.handle = null;
    this.watch?.stop();
    this.#rejectWaiters(failure);
    this.#updates?.fail(failure);
    this.#endSends();
    if (probe !== null) probe.callFailed(this, state, failure);
  }

  #endSends(): void {
    this.#sends?.abort(this.over);
  }

  /** Drops what has come and what will come; how many messages had come. */
  abandon(): number {
    let dropped = this.#updates?.clear() ?? 0;
    if (this.#state === "failed" || this.#state === "taken") return dropped;
    const wasOpen = this.isOpen;
    this.#state = "abandoned";
    this.handle = null;
    this.watch?.stop();
    if (this.#response !== null) {
      this.#context.unclaimed.remove(this.#response.body);
      this.#response.body[Symbol.dispose]();
      this.#response = null;
      dropped++;
    }
    const closed = requestClosed(this.id);
    this.#rejectWaiters(closed);
    this.#updates?.fail(closed);
    this.#endSends();
    if (probe !== null && wasOpen) probe.callFailed(this, "abandoned", closed);
    return dropped;
  }

  /** The next update if one is there. */
  takeUpdate(): Message<B> | undefined {
    return this.#updates?.take();
  }

  /** The next update, for a handle that isn't garbage-collected meanwhile; null once the response is there. */
  recvUpdate(
    signal?: AbortSignal,
    owner?: WeakKey,
  ): Promise<Message<B> | null> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const update = this.takeUpdate();
    if (update !== undefined) return Promise.resolve(update);
    switch (this.#state) {
      case "open":
        this.#updates ??= new UpdateInbox(this.#context, this.id);
        return this.#updates.wait(signal, owner);
      case "failed":
      case "cancelled":
        return Promise.reject(this.#failure);
      case "abandoned":
        return Promise.reject(requestClosed(this.id));
      default:
        return Promise.resolve(null);
    }
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

  /**
   * Gives the response to a call, or the error that it stands for, and drops updates;
   * nobody else has the request. It settles the one promise of the call: an async
   * function around that of `recvResponse()` would make two more for each.
   *
   * @returns How many updates there were.
   */
  call(
    resolve: Waiter<Message<B>>["resolve"],
    reject: Waiter<Message<B>>["reject"],
  ): number {
    if (this.#state === "open") {
      this.#resolveCall = resolve;
      this.#rejectCall = reject;
    } else if (this.#state === "answered") {
      this.#settleCall(this.#takeResponse(), resolve, reject);
    } else reject(this.#failure ?? requestClosed(this.id));
    return this.#updates?.clear() ?? 0;
  }

  #settleCall(
    response: Message<B>,
    resolve: Waiter<Message<B>>["resolve"],
    reject: Waiter<Message<B>>["reject"],
  ): void {
    if (!response.isError) return resolve(response);
    try {
      reject(remoteError(response, this));
    } catch (error) {
      // If the text can't be decoded, say for its length, only the call fails.
      reject(error);
    }
  }

  #takeResponse(): Message<B> {
    const response = this.#response!;
    this.#context.unclaimed.remove(response.body);
    this.#response = null;
    this.#state = "taken";
    return response;
  }

  /**
   * The response, for a handle that isn't garbage-collected meanwhile. Unread
   * updates are an error, unless it is to come `past` them: they stay then.
   */
  recvResponse(
    signal?: AbortSignal,
    owner?: WeakKey,
    past: boolean = false,
  ): Promise<Message<B>> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (!past && this.unread > 0) {
      return Promise.reject(updateUnread(this.id));
    }
    switch (this.#state) {
      case "open": {
        if (!past) {
          this.#waiters ??= new Waiters();
          return this.#waiters.wait(signal, owner);
        }
        this.#updates ??= new UpdateInbox(this.#context, this.id);
        this.#updates.pastUpdates ??= new Waiters();
        return this.#updates.pastUpdates.wait(signal, owner);
      }
      case "answered":
        return Promise.resolve(this.#takeResponse());
      case "failed":
      case "cancelled":
        return Promise.reject(this.#failure);
      default:
        return Promise.reject(requestClosed(this.id));
    }
  }

  #rejectWaiters(error: unknown): void {
    this.#rejectCall?.(error);
    this.#waiters?.rejectAll(error);
    this.#updates?.pastUpdates?.rejectAll(error);
  }
}

/** The error of using a request that has ended. */
export function requestClosed(requestId: number): RpcError {
  return new RpcError(
    "request-closed",
    `Request ${requestId} is closed: it has been answered or disposed`,
    { requestId },
  );
}

function updateUnread(requestId: number): RpcError {
  return new RpcError(
    "unexpected-message-type",
    `An update of request ${requestId} is unread: take it with recvUpdate() before the response`,
    { requestId },
  );
}
