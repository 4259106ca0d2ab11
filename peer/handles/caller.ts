import type { ErrorContext } from "../error_context.ts";
import type { Body, BodyInput, StreamBody } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import type { NamedStream, StreamUse } from "../streams/stream_routes.ts";
import type {
  StreamSubscription,
  SubscribeOptions,
} from "../streams/stream_subscription.ts";
import type { RequestOptions } from "../requests/request_options.ts";
import type { CallOptions } from "./call.ts";
import type { DrainOptions } from "./drain_options.ts";
import type { SentRequestHandle } from "./sent_request_handle.ts";
import type { SignalOptions } from "./signal_options.ts";

/**
 * A request that a {@linkcode Caller} has sent: what a `SentRequestHandle` has, or the
 * same of a link.
 */
export interface CallerRequest<B extends Body = StreamBody> extends
  Pick<
    SentRequestHandle<B>,
    | "requestId"
    | "serviceId"
    | "extensions"
    | "recvUpdate"
    | "updates"
    | "keepUpdates"
    | "recvResponse"
    | "recvResponsePast"
    | "sendUpdate"
  >,
  Disposable {
  /** The updates until the response is there. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message<B>>;
  /** What only sends updates, to be given away. */
  writeHandle(): Pick<SentRequestHandle<B>, "requestId" | "sendUpdate">;
}

/**
 * What calls the other side, and takes its streams: the writing side of a connection,
 * or a link of `./reconnect`, which is many connections one after the other.
 */
export interface Caller<B extends Body = StreamBody, I = unknown> {
  /** What is known of the connection. */
  readonly info: I;
  /** Sends a request, and gives a handle for updates and the response. */
  sendRequest(
    serviceId: number,
    body: BodyInput<B>,
    options?: RequestOptions<B>,
  ): Promise<CallerRequest<B>>;
  /** Sends a stream message, which nobody answers. */
  sendStream(
    serviceId: number,
    body: BodyInput<B>,
    options?: SignalOptions,
  ): Promise<void>;
  /** Sends a request and takes its response; updates are skipped. */
  call(
    serviceId: number,
    body: BodyInput<B>,
    options?: CallOptions<B>,
  ): Promise<Message<B>>;
  /** Asks the other side's library for an answer; resolves to the milliseconds that this took. */
  ping(options?: SignalOptions): Promise<number>;
  /** Takes the messages of one stream from now on. */
  subscribe(
    serviceId: number,
    options?: SubscribeOptions,
  ): StreamSubscription<Message<B>>;
  /** Lets open requests finish, and closes. */
  drain(options?: DrainOptions): Promise<void>;
  /** Closes. */
  close(): Promise<void>;
  /** @internal How long a call may take that doesn't say so itself, in milliseconds. */
  readonly callTimeout: number;
  /** @internal Takes what is said of the streams of an interface; gives what takes it back. */
  declareStreams(streams: Iterable<NamedStream>, use: StreamUse): () => void;
  /** @internal Takes an error that has nobody else to go to. */
  report(error: unknown, context?: ErrorContext): void;
  /** @internal Counts what isn't delivered by what builds on it. */
  count(figure: "errors" | "droppedMessages"): void;
}
