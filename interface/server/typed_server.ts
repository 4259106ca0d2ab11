import type { Body, BodyInput } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
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
  unknown,
} from "../codecs/invalid_message_error.ts";
import { rawRequest } from "./typed_messages.ts";
import type {
  MessagePlan,
  Plan,
  ServicePlan,
} from "../codecs/interface_codec.ts";
import type { Reporter } from "../messages/invalid_message_reporter.ts";
import { ServedRequest } from "./served_request.ts";

/** What it needs of a peer. */
export interface Server<B extends Body> {
  serve(handlers: ServeHandlers<B>, options?: ServeOptions<B>): Promise<void>;
}

/** A handler whose types are those of the declaration that the plan was made of. */
export type UntypedHandler = (body: unknown, request: unknown) => unknown;

/** A handler of each service and stream message by its name. */
export type UntypedHandlers = Readonly<Record<string, UntypedHandler>>;

type Answer = BodyInput | void | Promise<BodyInput | void>;

/** Answers what arrives with handlers, many at a time. */
export class TypedServer {
  readonly #plan: Plan;
  readonly #handlers: UntypedHandlers;
  readonly #reporter: Reporter;

  /** Makes a server; the handlers have been checked. */
  constructor(
    plan: Plan,
    handlers: UntypedHandlers,
    reporter: Reporter,
  ) {
    this.#plan = plan;
    this.#handlers = handlers;
    this.#reporter = reporter;
  }

  /** Resolves when the connection has ended and the handlers are done. */
  run(peer: Server<Body>): Promise<void> {
    // All go through the tables of the plan, so no service has an id here.
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
    const raw = (): Message<Body> => rawRequest(request, body);
    const service = this.#plan.services.get(request.serviceId);
    if (service === undefined) {
      return this.#reporter.refused(unknown("service", raw()), request);
    }
    let value: unknown;
    try {
      value = service.request.decode(body, raw);
    } catch (error) {
      return this.#refuse(error, request);
    }
    if (value instanceof Promise) {
      return value.then(
        (value) => this.#handle(service, value, request, context, body),
        (error) => this.#refuse(error, request),
      );
    }
    return this.#handle(service, value, request, context, body);
  }

  #refuse(
    error: unknown,
    request: ReceivedRequestHandle<Body>,
  ): Promise<void> {
    if (!(error instanceof InvalidMessageError)) throw error;
    return this.#reporter.refused(error, request);
  }

  /** What it throws is reported and answered by the peer. */
  #handle(
    service: ServicePlan,
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
      // It may be over: answered because of an invalid update, or lost.
      if (!request.closed) return service.response.encode(value);
      // As the peer does with what is handed back.
      if (value === received) received[Symbol.dispose]();
    };
    const isYielding = isGenerator(result);
    if (!isYielding && !isThenable(result)) return answer(result);
    // Nobody else takes the updates of a service that has none.
    if (service.requestUpdates.byId.size === 0) refuseUpdates(served);
    return isYielding
      ? sendYielded(result, service, request).then(answer)
      : Promise.resolve(result).then(answer);
  }

  #stream(message: Message<Body>, context: ServeContext): void | Promise<void> {
    const { streams } = this.#plan;
    const stream = streams.byId.get(message.header.serviceId);
    if (stream === undefined) {
      return this.#reporter.skipped(unknown(streams.what, message));
    }
    return this.#handleStream(stream, message, context);
  }

  async #handleStream(
    stream: MessagePlan,
    message: Message<Body>,
    context: ServeContext,
  ): Promise<void> {
    let body: unknown;
    try {
      const value = stream.body.decode(message.body, () => message);
      // Without need of it no turn is given to those behind.
      body = value instanceof Promise ? await value : value;
    } catch (error) {
      if (!(error instanceof InvalidMessageError)) throw error;
      return this.#reporter.skipped(error);
    }
    await this.#handlers[stream.name]!(body, context);
  }
}

/** Has all updates refused, until the request is answered. */
async function refuseUpdates(
  request: ServedRequest<ServiceDeclaration>,
): Promise<void> {
  for await (const _ of request.updates());
}

/** Sends what a handler yields as updates; gives what it returns. */
async function sendYielded(
  generator: AsyncGenerator<unknown, unknown, void>,
  service: ServicePlan,
  request: ReceivedRequestHandle<Body>,
): Promise<unknown> {
  for (;;) {
    const step = await generator.next();
    if (step.done) return step.value;
    try {
      await sendUpdate(step.value, service, request);
    } catch (error) {
      // As in a loop that ends early: the generator can clean up.
      await generator.return(undefined);
      // Nobody waits for the rest of a request that is over.
      if (request.closed) return undefined;
      throw error;
    }
  }
}

async function sendUpdate(
  value: unknown,
  { name: service, responseUpdates }: ServicePlan,
  request: ReceivedRequestHandle<Body>,
): Promise<void> {
  const { name, body } = value as { name: string; body?: unknown };
  const update = responseUpdates.byName.get(name);
  if (update === undefined) {
    throw new RpcError(
      "encode-failed",
      `The handler of ${service} yielded an update that isn't declared: ${name}`,
    );
  }
  await request.sendUpdate(update.id, update.body.encode(body));
}

function isGenerator(
  value: unknown,
): value is AsyncGenerator<unknown, unknown, void> {
  return typeof value === "object" && value !== null &&
    Symbol.asyncIterator in value && "next" in value;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then ===
    "function";
}
