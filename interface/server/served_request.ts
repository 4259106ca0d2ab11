import type { Body } from "../../protocol/body.ts";
import type { UpdatesOptions } from "../../peer/handles/updates_options.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import type { ServiceDeclaration } from "../declare/declaration.ts";
import type { HandlerRequest, StreamContext } from "./handlers.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import type { InvalidMessageReporter } from "../messages/invalid_message_reporter.ts";
import type { Senders } from "../messages/send_methods.ts";
import { TypedReceivedRequest } from "./typed_received_request.ts";
import type {
  ReceivedUpdate,
  RequestUpdatesOf,
  ResponseUpdatesOf,
} from "../declare/body_types.ts";
import type { ServeContext } from "../../peer/handles/serve.ts";

/** The request that a handler is given; most handlers don't use it, so it is cheap to make. */
export class ServedRequest<D extends ServiceDeclaration>
  implements HandlerRequest<D> {
  readonly #raw: ReceivedRequestHandle<Body>;
  readonly #service: ServiceCodec;
  readonly #reporter: InvalidMessageReporter;
  readonly #peer: ServedPeer;
  #typed: TypedReceivedRequest<D> | null = null;

  /** Wraps a received request. */
  constructor(
    request: ReceivedRequestHandle<Body>,
    service: ServiceCodec,
    reporter: InvalidMessageReporter,
    peer: ServedPeer,
  ) {
    this.#raw = request;
    this.#service = service;
    this.#reporter = reporter;
    this.#peer = peer;
  }

  get requestId(): number {
    return this.#raw.requestId;
  }

  get serviceId(): number {
    return this.#service.id;
  }

  get signal(): AbortSignal {
    return this.#raw.signal;
  }

  get draining(): AbortSignal {
    return this.#raw.draining;
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.#raw.metadata;
  }

  get peer(): PeerWriteHandle<Body, unknown> {
    return this.#peer.writer;
  }

  get info(): unknown {
    return this.#peer.info;
  }

  get send(): Senders<ResponseUpdatesOf<D>> {
    return this.#request.send;
  }

  updates(
    options?: UpdatesOptions,
  ): AsyncIterableIterator<ReceivedUpdate<RequestUpdatesOf<D>>> {
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

/** What the handlers of stream messages of one connection are given. */
export class ServedStreamContext implements StreamContext {
  readonly #served: ServedPeer;
  readonly #context: ServeContext;

  /** Makes it for a connection. */
  constructor(served: ServedPeer, context: ServeContext) {
    this.#served = served;
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }

  get draining(): AbortSignal {
    return this.#context.draining;
  }

  get peer(): PeerWriteHandle<Body, unknown> {
    return this.#served.writer;
  }

  get info(): unknown {
    return this.#served.info;
  }
}

/** What handlers are given of a peer. */
export interface LendingPeer<B extends Body> {
  readonly info: unknown;
  lendWriter(): PeerWriteHandle<B, unknown>;
}

/** The peer of the handlers of one connection. */
export class ServedPeer {
  readonly #lender: LendingPeer<Body>;
  #writer: PeerWriteHandle<Body, unknown> | null = null;

  /** Makes it for a peer that is served. */
  constructor(lender: LendingPeer<Body>) {
    this.#lender = lender;
  }

  /** Sends to the other side: always the same handle, made when it is asked for. */
  get writer(): PeerWriteHandle<Body, unknown> {
    return this.#writer ??= this.#lender.lendWriter();
  }

  /** What is known of the connection. */
  get info(): unknown {
    return this.#lender.info;
  }
}
