import type { Body, BodyInput } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type {
  ServeContext,
  ServeHandlers,
  ServeOptions,
} from "../../peer/handles/serve.ts";
import type { ServiceDeclaration } from "../declare/declaration.ts";
import {
  InvalidMessageError,
  unknownMessage,
} from "../codecs/invalid_message_error.ts";
import { requestMessage } from "./typed_messages.ts";
import type {
  InterfaceCodec,
  MessageCodec,
  ServiceCodec,
} from "../codecs/interface_codec.ts";
import type { InvalidMessageReporter } from "../messages/invalid_message_reporter.ts";
import { isGenerator, sendYielded } from "./send_yielded.ts";
import { StartOrder } from "./start_order.ts";
import { ServedRequest } from "./served_request.ts";

/** What a typed server needs of a peer. */
export interface ServingPeer<B extends Body> {
  serve(handlers: ServeHandlers<B>, options?: ServeOptions<B>): Promise<void>;
}

/** A handler whose types are those of the declaration that the codec was made of. */
export type UntypedHandler = (body: unknown, request: unknown) => unknown;

/** A handler of each service and stream message by its name. */
export type UntypedHandlers = Readonly<Record<string, UntypedHandler>>;

type Answer = BodyInput | void | Promise<BodyInput | void>;

/** Answers what arrives with handlers, many at a time. */
export class TypedServer {
  readonly #codec: InterfaceCodec;
  readonly #handlers: UntypedHandlers;
  readonly #reporter: InvalidMessageReporter;
  readonly #order = new StartOrder();

  /** Makes a server; the handlers have been checked. */
  constructor(
    codec: InterfaceCodec,
    handlers: UntypedHandlers,
    reporter: InvalidMessageReporter,
  ) {
    this.#codec = codec;
    this.#handlers = handlers;
    this.#reporter = reporter;
  }

  /** Resolves when the connection has ended and the handlers are done. */
  run(peer: ServingPeer<Body>): Promise<void> {
    // Each request is looked up in the codec, so the peer gets no handlers by id.
    return peer.serve({}, {
      unknown: (request, body, context) =>
        this.#request(request, body, context),
      stream: (message, context) => this.#stream(message, context),
    });
  }

  #request(
    request: ReceivedRequestHandle<Body>,
    body: Body,
    context: ServeContext,
  ): Answer {
    const raw = (): Message<Body> => requestMessage(request, body);
    const service = this.#codec.services.get(request.serviceId);
    if (service === undefined) {
      return this.#reporter.refused(
        unknownMessage("service", raw()),
        request,
      );
    }
    if (service.endless) {
      request.setEndless();
      // The connection drains already.
      if (request.cancelled) return body[Symbol.dispose]();
    }
    let value: unknown;
    try {
      value = service.request.decode(body, raw);
    } catch (error) {
      return this.#refuse(error, request);
    }
    return this.#order.run<Answer>(
      value,
      (value) => this.#handle(service, value, request, context, body),
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

  /** Calls the handler. The peer reports and answers what this throws. */
  #handle(
    service: ServiceCodec,
    body: unknown,
    request: ReceivedRequestHandle<Body>,
    context: ServeContext,
    received: Body,
  ): Answer {
    const served = new ServedRequest<ServiceDeclaration>(
      request,
      service,
      this.#reporter,
      context,
    );
    const result = this.#handlers[service.name]!(body, served);
    const answer = (value: unknown): BodyInput | void => {
      // An invalid update or the end of the connection may have ended it.
      if (!request.closed) return service.response.encode(value);
      // The peer would have disposed a body that the handler hands back.
      if (value === received) received[Symbol.dispose]();
    };
    const isYielding = isGenerator(result);
    if (!isYielding && !isThenable(result)) return answer(result);
    // If a service declares no updates, its handler takes none.
    if (service.requestUpdates.byId.size === 0) refuseUpdates(served);
    if (isYielding) return sendYielded(result, service, request).then(answer);
    return Promise.resolve(result).then((value) =>
      isGenerator(value)
        ? sendYielded(value, service, request).then(answer)
        : answer(value)
    );
  }

  #stream(message: Message<Body>, context: ServeContext): void | Promise<void> {
    const { streams } = this.#codec;
    const stream = streams.byId.get(message.header.serviceId);
    if (stream === undefined) {
      return this.#reporter.skipped(
        unknownMessage(streams.what, message),
      );
    }
    let value: unknown;
    try {
      value = stream.body.decode(message.body, () => message);
    } catch (error) {
      return this.#skip(error);
    }
    return this.#order.run<void | Promise<void>>(
      value,
      (value) => this.#handleStream(stream, value, context),
      (error) => this.#skip(error),
    );
  }

  #skip(error: unknown): Promise<void> {
    if (!(error instanceof InvalidMessageError)) throw error;
    return this.#reporter.skipped(error);
  }

  async #handleStream(
    stream: MessageCodec,
    body: unknown,
    context: ServeContext,
  ): Promise<void> {
    await this.#handlers[stream.name]!(body, context);
  }
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
