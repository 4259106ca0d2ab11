import { type Channel, channel } from "node:diagnostics_channel";
import type { ErrorContext, ErrorPeer } from "../peer/error_context.ts";
import {
  type Probe,
  probe,
  type ProbedConnection,
  type ProbedRequest,
} from "../peer/probe.ts";
import type { NamedService } from "../peer/requests/named_service.ts";
import {
  type AnsweredRequest,
  textError,
} from "../peer/requests/remote_error.ts";
import type { Body } from "../protocol/body.ts";
import type { MessageHeader } from "../protocol/header.ts";
import type { Message } from "../protocol/message.ts";
import type {
  CallEndMessage,
  CallStartMessage,
  DiagnosticsMessages,
  HandlerEndMessage,
  HandlerStartMessage,
} from "./messages.ts";

/** So much of the text of an error response is read. */
const MAX_ERROR_TEXT = 64 * 1024;

type Name = keyof DiagnosticsMessages;

/** The channel of a name. */
class TypedChannel<N extends Name> {
  readonly #channel: Channel;

  constructor(name: N) {
    this.#channel = channel(name);
  }

  get isHeard(): boolean {
    return this.#channel.hasSubscribers;
  }

  publish(message: DiagnosticsMessages[N]): void {
    this.#channel.publish(message);
  }
}

/** A request that somebody has heard the beginning of. */
interface Begun<T> {
  readonly message: T;
  readonly began: number;
}

/** Publishes what happens. Makes a message only for channels that somebody hears. */
export class ChannelProbe implements Probe {
  readonly #connect = new TypedChannel("fizyr-rpc:connect");
  readonly #close = new TypedChannel("fizyr-rpc:close");
  readonly #callStart = new TypedChannel("fizyr-rpc:call:start");
  readonly #callEnd = new TypedChannel("fizyr-rpc:call:end");
  readonly #handlerStart = new TypedChannel("fizyr-rpc:handler:start");
  readonly #handlerEnd = new TypedChannel("fizyr-rpc:handler:end");
  readonly #message = new TypedChannel("fizyr-rpc:message");
  readonly #error = new TypedChannel("fizyr-rpc:error");
  readonly #calls = new WeakMap<ProbedRequest, Begun<CallStartMessage>>();
  readonly #handled = new WeakMap<ProbedRequest, Begun<HandlerStartMessage>>();

  connected(connection: ProbedConnection): void {
    const { errorPeer: peer } = connection;
    if (this.#connect.isHeard) this.#connect.publish({ peer });
    connection.whenClosed((error) => {
      const goesOn = probe === this && this.#close.isHeard;
      if (goesOn) this.#close.publish({ peer, error });
    });
  }

  callStarted(request: ProbedRequest, peer: ErrorPeer): void {
    if (!this.#callStart.isHeard && !this.#callEnd.isHeard) return;
    const { id: requestId, serviceId } = request;
    const message = { peer, requestId, serviceId };
    this.#calls.set(request, { message, began: performance.now() });
    if (this.#callStart.isHeard) this.#callStart.publish(message);
  }

  callAnswered(
    request: ProbedRequest & AnsweredRequest,
    { header, body, isError }: Message<Body>,
  ): void {
    if (!this.#calls.has(request)) return;
    const error = isError
      ? textError(startOf(body), header.requestId, request)
      : null;
    this.#endCall(request, error === null ? "response" : "error", error);
  }

  callFailed(
    request: ProbedRequest,
    outcome: "failed" | "cancelled" | "abandoned",
    error: unknown,
  ): void {
    this.#endCall(request, outcome, error);
  }

  #endCall(
    request: ProbedRequest,
    outcome: CallEndMessage["outcome"],
    error: unknown,
  ): void {
    const call = take(this.#calls, request);
    if (call === undefined || !this.#callEnd.isHeard) return;
    const { message, began } = call;
    const duration = performance.now() - began;
    this.#callEnd.publish(
      Object.assign(message, { outcome, error, duration }),
    );
  }

  handlerStarted(
    request: ProbedRequest,
    named: NamedService | undefined,
    peer: ErrorPeer,
  ): void {
    if (!this.#handlerStart.isHeard && !this.#handlerEnd.isHeard) return;
    const { id: requestId, serviceId } = request;
    const { owner, name: service } = named ?? {};
    const message = { peer, requestId, serviceId, interface: owner, service };
    this.#handled.set(request, { message, began: performance.now() });
    if (this.#handlerStart.isHeard) this.#handlerStart.publish(message);
  }

  handlerEnded(request: ProbedRequest, errorText: string | null): void {
    const handled = take(this.#handled, request);
    if (handled === undefined || !this.#handlerEnd.isHeard) return;
    const { message, began } = handled;
    const duration = performance.now() - began;
    const ended: HandlerEndMessage = Object.assign(message, {
      errorText,
      duration,
    });
    this.#handlerEnd.publish(ended);
  }

  message(
    direction: "sent" | "received",
    { type, requestId, serviceId }: MessageHeader,
    length: number,
    peer: ErrorPeer,
  ): void {
    if (!this.#message.isHeard) return;
    this.#message.publish(
      { peer, direction, type, requestId, serviceId, length },
    );
  }

  error(error: unknown, context: ErrorContext): void {
    if (this.#error.isHeard) this.#error.publish({ error, context });
  }
}

function take<K extends WeakKey, V>(map: WeakMap<K, V>, key: K): V | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}

/** The text of a body which somebody else gets, cut to a length that can always be decoded. */
function startOf({ data }: Body): string {
  return new TextDecoder().decode(data.subarray(0, MAX_ERROR_TEXT));
}
