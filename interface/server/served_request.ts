import type { Body } from "../../protocol/body.ts";
import type { UpdatesOptions } from "../../peer/handles/updates_options.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type { ServeContext } from "../../peer/handles/serve.ts";
import type { ServiceDeclaration } from "../declare/declaration.ts";
import type { HandlerRequest } from "./handlers.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import type { InvalidMessageReporter } from "../messages/invalid_message_reporter.ts";
import type { Senders } from "../messages/send_methods.ts";
import { TypedReceivedRequest } from "./typed_received_request.ts";
import type { ReceivedUpdate, UpdatesAt } from "../declare/body_types.ts";

/** The request that a handler is given; most handlers don't use it, so it is cheap to make. */
export class ServedRequest<D extends ServiceDeclaration>
  implements HandlerRequest<D> {
  readonly #raw: ReceivedRequestHandle<Body>;
  readonly #service: ServiceCodec;
  readonly #reporter: InvalidMessageReporter;
  readonly #context: ServeContext;
  #typed: TypedReceivedRequest<D> | null = null;

  /** Wraps a received request. */
  constructor(
    request: ReceivedRequestHandle<Body>,
    service: ServiceCodec,
    reporter: InvalidMessageReporter,
    context: ServeContext,
  ) {
    this.#raw = request;
    this.#service = service;
    this.#reporter = reporter;
    this.#context = context;
  }

  get requestId(): number {
    return this.#raw.requestId;
  }

  get serviceId(): number {
    return this.#service.id;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }

  get send(): Senders<UpdatesAt<D, "responseUpdates">> {
    return this.#request.send;
  }

  updates(
    options?: UpdatesOptions,
  ): AsyncIterableIterator<ReceivedUpdate<UpdatesAt<D, "requestUpdates">>> {
    return this.#request.updates(options);
  }

  get #request(): TypedReceivedRequest<D> {
    return this.#typed ??= new TypedReceivedRequest(
      this.#raw,
      this.#service,
      this.#reporter,
    );
  }
}
