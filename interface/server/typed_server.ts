import type { Body, BodyInput } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type {
  ReservedHandlers,
  ServeContext,
  ServeHandlers,
  ServeOptions,
} from "../../peer/handles/serve.ts";
import type { NamedService } from "../../peer/requests/named_service.ts";
import type { ServiceDeclaration } from "../declare/declaration.ts";
import {
  InvalidMessageError,
  unknownMessage,
} from "../codecs/invalid_message_error.ts";
import { namedStream } from "../streams/named_stream.ts";
import { requestMessage } from "./typed_messages.ts";
import type {
  InterfaceCodec,
  MessageCodec,
  ServiceCodec,
} from "../codecs/interface_codec.ts";
import type { InvalidMessageReporter } from "../messages/invalid_message_reporter.ts";
import type { InterfaceCounters } from "../introspect/interface_counters.ts";
import { answerThrown } from "../errors/answer_thrown.ts";
import {
  runInterceptors,
  type UntypedInterceptor,
} from "../intercept/run_interceptors.ts";
import { applyDeclaration } from "./apply_declaration.ts";
import { InterceptedHandler } from "./intercepted_handler.ts";
import { isGenerator, sendUpdate, sendYielded } from "./send_yielded.ts";
import {
  type LendingPeer,
  type ServedPeer,
  ServedRequest,
  ServedStreamContext,
} from "./served_request.ts";
import type { UntypedHandlers } from "./untyped_handlers.ts";
import { StartOrder } from "./start_order.ts";

/** What a typed server needs of a peer. */
export interface ServingPeer<B extends Body> extends LendingPeer<B> {
  serve(handlers: ServeHandlers<B>, options?: ServeOptions<B>): Promise<void>;
}

/** What serves an interface. */
export interface ServedInterface {
  /** What the interface has, and how its bodies are made and read. */
  readonly codec: InterfaceCodec;
  /** The handlers, which have been checked. */
  readonly handlers: UntypedHandlers;
  /** The interceptors of the handlers of services, the outermost first. */
  readonly interceptors: readonly UntypedInterceptor[];
  /** Counts the requests; null where nothing is counted. */
  readonly counters: InterfaceCounters | null;
}

type Answer = BodyInput | void | Promise<BodyInput | void>;

/** Answers what arrives with the handlers of interfaces, many at a time. */
export class TypedServer {
  readonly #peer: ServingPeer<Body>;
  readonly #interfaces: readonly ServedInterface[];
  readonly #reporter: InvalidMessageReporter;
  readonly #order = new StartOrder();
  readonly #served: ServedPeer;
  readonly #reserved: ReservedHandlers;
  #streamContext: ServedStreamContext | null = null;

  /**
   * Makes a server of interfaces that share no id.
   *
   * @param reserved What answers requests of the other side's library.
   */
  constructor(
    peer: ServingPeer<Body>,
    interfaces: readonly ServedInterface[],
    reporter: InvalidMessageReporter,
    { servedPeer, reserved }: {
      readonly servedPeer: ServedPeer;
      readonly reserved: ReservedHandlers;
    },
  ) {
    this.#peer = peer;
    this.#interfaces = interfaces;
    this.#reporter = reporter;
    this.#served = servedPeer;
    this.#reserved = reserved;
  }

  /** Resolves when the connection has ended and the handlers are done. */
  run(): Promise<void> {
    // Each request is looked up in the codecs, so the peer gets no handlers by id.
    return this.#peer.serve({}, {
      unknown: (request, body) => this.#request(request, body),
      stream: (message, context) => this.#stream(message, context),
      serviceOf: (serviceId) => this.#serviceOf(serviceId),
      streamOf: (serviceId) => this.#streamOf(serviceId),
      reserved: this.#reserved,
    });
  }

  #serviceOf(serviceId: number): NamedService | undefined {
    for (const { codec } of this.#interfaces) {
      const service = codec.services.get(serviceId);
      if (service !== undefined) return service;
    }
    return undefined;
  }

  #streamOf(serviceId: number): NamedService | undefined {
    for (const { codec } of this.#interfaces) {
      const stream = codec.streams.byId.get(serviceId);
      if (stream !== undefined) return namedStream(stream);
    }
    return undefined;
  }

  #request(
    request: ReceivedRequestHandle<Body>,
    body: Body,
  ): Answer {
    const { serviceId } = request;
    for (const owner of this.#interfaces) {
      const service = owner.codec.services.get(serviceId);
      if (service === undefined) continue;
      return this.#serve(service, owner, request, body);
    }
    const unknown = unknownMessage("service", requestMessage(request, body));
    return this.#reporter.refused(unknown, request);
  }

  #serve(
    service: ServiceCodec,
    owner: ServedInterface,
    request: ReceivedRequestHandle<Body>,
    body: Body,
  ): Answer {
    owner.counters?.count(request);
    applyDeclaration(service, request);
    let value: unknown;
    try {
      value = service.request.decode(body, request, requestMessage);
    } catch (error) {
      return this.#refuse(error, request);
    }
    // Most schemas take no time: nothing is made for the waiting then.
    if (this.#order.isIdle && !(value instanceof Promise)) {
      return this.#handle(service, owner, value, request, body);
    }
    return this.#serveInOrder(service, owner, value, request, body);
  }

  // By itself: a function with a closure takes memory for what that captures, at
  // each call.
  #serveInOrder(
    service: ServiceCodec,
    owner: ServedInterface,
    value: unknown,
    request: ReceivedRequestHandle<Body>,
    body: Body,
  ): Answer {
    return this.#order.run<Answer>(
      value,
      (value) => this.#handle(service, owner, value, request, body),
      (error) => this.#refuse(error, request),
    );
  }

  #refuse(
    error: unknown,
    request: ReceivedRequestHandle<Body>,
  ): Promise<void> {
    if (!(error instanceof InvalidMessageError)) throw error;
    return this.#reporter.refused(error, request);
  }

  /** Calls the handler. The peer reports and answers what this throws: all but declared errors. */
  #handle(
    service: ServiceCodec,
    { handlers, interceptors }: ServedInterface,
    body: unknown,
    request: ReceivedRequestHandle<Body>,
    received: Body,
  ): Answer {
    // The connection drains already, or the schema took longer than the request lived.
    if (request.cancelled) {
      this.#reporter.dropped();
      return received[Symbol.dispose]();
    }
    const served = new ServedRequest<ServiceDeclaration>(
      request,
      service,
      this.#reporter,
      this.#served,
    );
    let result: unknown;
    try {
      result = interceptors.length === 0
        ? handlers[service.name]!(body, served)
        : runInterceptors(
          interceptors,
          new InterceptedHandler(handlers, service, request, served),
          { body },
        );
    } catch (error) {
      return answerThrown(error, service, request, this.#reporter);
    }
    if (!isGenerator(result) && !isThenable(result)) {
      return answerOf(result, service, request, received);
    }
    return this.#answerLater(result, service, served, request, received);
  }

  #answerLater(
    result: unknown,
    service: ServiceCodec,
    served: ServedRequest<ServiceDeclaration>,
    request: ReceivedRequestHandle<Body>,
    received: Body,
  ): Answer {
    const fail = (error: unknown): Promise<void> =>
      answerThrown(error, service, request, this.#reporter);
    const answer = (value: unknown): BodyInput | void =>
      answerOf(value, service, request, received);
    // If a service declares no updates, its handler takes none.
    if (service.requestUpdates.byId.size === 0) refuseUpdates(served);
    if (isGenerator(result)) {
      return sendAll(result, service, request).then(answer, fail);
    }
    return Promise.resolve(result).then(
      (value) =>
        isGenerator(value)
          ? sendAll(value, service, request).then(answer, fail)
          : answer(value),
      fail,
    );
  }

  #stream(message: Message<Body>, context: ServeContext): void | Promise<void> {
    const { serviceId } = message.header;
    for (const { codec, handlers } of this.#interfaces) {
      const stream = codec.streams.byId.get(serviceId);
      if (stream === undefined) continue;
      return this.#take(stream, handlers, message, context);
    }
    return this.#reporter.skipped(unknownMessage("stream message", message));
  }

  #take(
    stream: MessageCodec,
    handlers: UntypedHandlers,
    message: Message<Body>,
    context: ServeContext,
  ): void | Promise<void> {
    let value: unknown;
    try {
      value = stream.body.decodeMessage(message);
    } catch (error) {
      return this.#skip(error);
    }
    return this.#order.run<void | Promise<void>>(
      value,
      (value) => this.#handleStream(stream, handlers, value, context),
      (error) => this.#skip(error),
    );
  }

  #skip(error: unknown): Promise<void> {
    if (!(error instanceof InvalidMessageError)) throw error;
    return this.#reporter.skipped(error);
  }

  async #handleStream(
    stream: MessageCodec,
    handlers: UntypedHandlers,
    body: unknown,
    context: ServeContext,
  ): Promise<void> {
    this.#streamContext ??= new ServedStreamContext(this.#served, context);
    await handlers[stream.name]!(body, this.#streamContext);
  }
}

/** The body of the answer; nothing where the request has ended. */
function answerOf(
  value: unknown,
  service: ServiceCodec,
  request: ReceivedRequestHandle<Body>,
  received: Body,
): BodyInput | void {
  // An invalid update or the end of the connection may have ended it.
  if (!request.closed) return service.response.encode(value);
  // The peer would have disposed a body that the handler hands back.
  if (value === received) received[Symbol.dispose]();
}

function sendAll(
  generator: AsyncGenerator<unknown, unknown, void>,
  service: ServiceCodec,
  request: ReceivedRequestHandle<Body>,
): Promise<unknown> {
  return sendYielded(
    generator,
    request,
    (update) => sendUpdate(update, service, request),
  );
}

/** Has all updates refused, until the request is answered. */
async function refuseUpdates(
  request: ServedRequest<ServiceDeclaration>,
): Promise<void> {
  for await (const _ of request.updates());
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then ===
    "function";
}
