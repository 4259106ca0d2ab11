import { named } from "./named_error.ts";
import type { UpdateSender } from "./sent_request_source.ts";
import type { ServiceDeclaration } from "../declare/declaration.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import { type Senders, sendMethods } from "../messages/send_methods.ts";
import type { RequestUpdatesOf } from "../declare/body_types.ts";

/**
 * Sends updates for a request of this side, beside the `TypedSentRequest` that it
 * comes from. It owns nothing and needs no end.
 */
export class TypedSentRequestWriteHandle<D extends ServiceDeclaration> {
  readonly #request: UpdateSender;
  readonly #service: ServiceCodec;
  #senders: Senders<RequestUpdatesOf<D>> | null = null;

  /** @internal Made by `TypedSentRequest`. */
  constructor(request: UpdateSender, service: ServiceCodec) {
    this.#request = request;
    this.#service = service;
  }

  /** The id on the wire; -1 where an interceptor has answered, and none was sent. */
  get requestId(): number {
    return this.#request.requestId;
  }

  /** The id of the service. */
  get serviceId(): number {
    return this.#service.id;
  }

  /** Sends updates: a method for each, by its name, as in `TypedSentRequest`. */
  get send(): Senders<RequestUpdatesOf<D>> {
    return this.#senders ??= sendMethods(
      this.#service.requestUpdates,
      named(
        this.#service.fullName,
        (id, body, options) => this.#request.sendUpdate(id, body, options),
      ),
    );
  }
}
