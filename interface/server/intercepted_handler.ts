import type { Body } from "../../protocol/body.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import type { ServiceDeclaration } from "../declare/declaration.ts";
import type { AnyUpdate } from "../intercept/interceptor.ts";
import type { Interceptable, PassedOn } from "../intercept/run_interceptors.ts";
import { UpdateMaps } from "../intercept/update_maps.ts";
import type { HandlerRequest } from "./handlers.ts";
import { InterceptedRequest } from "./intercepted_request.ts";
import { isGenerator, sendUpdate, sendYielded } from "./send_yielded.ts";
import type { UntypedHandlers } from "./untyped_handlers.ts";

/** A handler with interceptors around it, for one request. */
export class InterceptedHandler implements Interceptable {
  readonly service: ServiceCodec;
  readonly updates: UpdateMaps;
  readonly #handlers: UntypedHandlers;
  readonly #request: ReceivedRequestHandle<Body>;
  readonly #served: HandlerRequest<ServiceDeclaration>;

  /** Makes it for a request; `served` is what its handler would be given. */
  constructor(
    handlers: UntypedHandlers,
    service: ServiceCodec,
    request: ReceivedRequestHandle<Body>,
    served: HandlerRequest<ServiceDeclaration>,
  ) {
    this.#handlers = handlers;
    this.service = service;
    this.#request = request;
    this.#served = served;
    this.updates = new UpdateMaps(service.fullName);
  }

  get peer(): PeerWriteHandle<Body, unknown> {
    return this.#served.peer;
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.#served.metadata;
  }

  get signal(): AbortSignal {
    return this.#served.signal;
  }

  replaceBody(body: unknown): unknown {
    return this.service.request.check(body);
  }

  async run(passed: PassedOn): Promise<unknown> {
    // It was cancelled, or its time was up, while an interceptor waited: it has been
    // answered, as one whose schema takes longer than the request lives.
    if (this.#request.cancelled) throw this.signal.reason;
    const send = (
      update: AnyUpdate,
      options?: SignalOptions,
    ): Promise<void> =>
      sendUpdate(
        this.updates.apply(update),
        this.service,
        this.#request,
        options,
      );
    const request = new InterceptedRequest(
      this.#served,
      this.service,
      passed,
      send,
    );
    const result = await this.#handlers[this.service.name]!(
      passed.body,
      request,
    );
    if (!isGenerator(result)) return result;
    return await sendYielded(result, this.#request, send);
  }
}
