import type { Body } from "../../protocol/body.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import type { UpdatesOptions } from "../../peer/handles/updates_options.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import type { ServiceDeclaration } from "../declare/declaration.ts";
import type { AnyUpdate } from "../intercept/interceptor.ts";
import type { PassedOn } from "../intercept/run_interceptors.ts";
import { argumentsOf } from "../messages/send_methods.ts";
import type { HandlerRequest } from "./handlers.ts";

type Request = HandlerRequest<ServiceDeclaration>;

/** The request that a handler behind interceptors is given, with what they have changed. */
export class InterceptedRequest implements Request {
  readonly #served: Request;
  readonly #service: ServiceCodec;
  readonly #passed: PassedOn;
  readonly #send: (update: AnyUpdate, options?: SignalOptions) => Promise<void>;
  #senders: Request["send"] | null = null;

  /** Wraps what the handler would be given without interceptors. */
  constructor(
    served: Request,
    service: ServiceCodec,
    passed: PassedOn,
    send: (update: AnyUpdate, options?: SignalOptions) => Promise<void>,
  ) {
    this.#served = served;
    this.#service = service;
    this.#passed = passed;
    this.#send = send;
  }

  get requestId(): number {
    return this.#served.requestId;
  }

  get serviceId(): number {
    return this.#served.serviceId;
  }

  get peer(): PeerWriteHandle<Body, unknown> {
    return this.#served.peer;
  }

  get info(): unknown {
    return this.#served.info;
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.#passed.metadata ?? this.#served.metadata;
  }

  get signal(): AbortSignal {
    return this.#passed.signal ?? this.#served.signal;
  }

  get draining(): AbortSignal {
    return this.#served.draining;
  }

  get send(): Request["send"] {
    return this.#senders ??= this.#makeSenders();
  }

  updates(options?: UpdatesOptions): ReturnType<Request["updates"]> {
    return this.#served.updates(options);
  }

  #makeSenders(): Request["send"] {
    const { byName } = this.#service.responseUpdates;
    const senders = Object.create(null);
    for (const [name, { body }] of byName) {
      senders[name] = async (...args: unknown[]): Promise<void> => {
        const [value, options] = argumentsOf(body, args);
        await this.#send({ name, body: value }, options);
      };
    }
    return senders;
  }
}
