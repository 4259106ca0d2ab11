import { unlessAborted } from "../../internal/abort.ts";
import type { Body } from "../../protocol/body.ts";
import { type Metadata, NO_METADATA } from "../../peer/requests/metadata.ts";
import type { RequestOptions } from "../../peer/requests/request_options.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import type { AnyCall } from "../intercept/interceptor.ts";
import {
  type Interceptable,
  type PassedOn,
  runInterceptors,
  type UntypedInterceptor,
} from "../intercept/run_interceptors.ts";
import { UpdateMaps } from "../intercept/update_maps.ts";
import { argumentsOf } from "../messages/send_methods.ts";
import { AwaitedRequest, unsent, UnsentRequest } from "./request_sources.ts";
import { CallLimit } from "./call_limit.ts";
import { readResponse } from "./call_bodies.ts";
import type { SentRequestSource } from "./sent_request_source.ts";

/** A call of a client that passes interceptors. */
export interface ClientCallScope {
  readonly service: ServiceCodec;
  readonly interceptors: readonly UntypedInterceptor[];
  readonly peer: AnyCall["peer"];
}

/** A request whose updates and response pass interceptors. */
export interface InterceptedRequest {
  readonly source: SentRequestSource;
  readonly updates: UpdateMaps;
  /**
   * What the interceptors give, unless the signal or the time of the request ends it
   * first. It rejects whether anybody looks or not.
   */
  readonly response: Promise<unknown>;
}

/** Makes a call of a service without updates, by `send`, within its interceptors. */
export async function interceptCall(
  scope: ClientCallScope,
  args: readonly unknown[],
  send: (args: unknown[]) => Promise<unknown>,
): Promise<unknown> {
  const { service, peer } = scope;
  const [body, options] = argumentsOf(service.request, args);
  const limit = new CallLimit(service, options, peer.callTimeout);
  const intercepted = new InterceptedCall(scope, options, limit, send);
  try {
    return await unlessAborted(intercepted.response(body), limit.signal);
  } finally {
    limit.stop();
  }
}

/**
 * Makes a request of a service with updates, by `send`, within its interceptors.
 * Resolves when it is sent, or when they have answered it.
 */
export async function interceptRequest(
  scope: ClientCallScope,
  args: readonly unknown[],
  send: (args: unknown[]) => Promise<SentRequestSource>,
): Promise<InterceptedRequest> {
  const { service } = scope;
  const [body, options] = argumentsOf(service.request, args);
  const limit = new CallLimit(service, options);
  const started = Promise.withResolvers<SentRequestSource>();
  let request: AwaitedRequest | null = null;
  let ended = false;
  const end = (): void => {
    ended = true;
    request?.end();
    limit.stop();
  };
  const call = async (args: unknown[]): Promise<unknown> => {
    // An outer interceptor has ended it: it would be abandoned at once.
    if (ended) throw unsent();
    request = new AwaitedRequest(await send(args));
    if (ended) request.end();
    else started.resolve(request);
    return await readResponse(request.arrived, request, service, options);
  };
  const intercepted = new InterceptedCall(scope, options, limit, call);
  const response = intercepted.response(body).finally(end);
  // Once it has started, what it gives is for those who ask for the response.
  response.then(
    () => started.resolve(new UnsentRequest(service.id)),
    started.reject,
  );
  try {
    const source = await unlessAborted(started.promise, limit.signal);
    // The interceptors may go on for longer. Their end ends the request, so that its
    // updates end with its own deadline or signal.
    const limited = unlessAborted(response, limit.signal);
    limited.catch(() => {});
    return { source, updates: intercepted.updates, response: limited };
  } catch (error) {
    end();
    throw error;
  }
}

/** What interceptors see of a call of a client. */
class InterceptedCall implements Interceptable {
  readonly service: ServiceCodec;
  readonly peer: AnyCall["peer"];
  readonly updates: UpdateMaps;
  readonly metadata: Metadata;
  readonly #interceptors: readonly UntypedInterceptor[];
  readonly #options: RequestOptions<Body> | undefined;
  readonly #limit: CallLimit;
  readonly #call: (args: unknown[]) => Promise<unknown>;
  /** The responses that the other side has sent: their bodies have been checked. */
  readonly #received = new Set<unknown>();
  #never: AbortSignal | null = null;

  constructor(
    { service, interceptors, peer }: ClientCallScope,
    options: RequestOptions<Body> | undefined,
    limit: CallLimit,
    call: (args: unknown[]) => Promise<unknown>,
  ) {
    this.service = service;
    this.#interceptors = interceptors;
    this.peer = peer;
    this.updates = new UpdateMaps(service.fullName);
    const metadata = options?.metadata;
    this.metadata = metadata === undefined
      ? NO_METADATA
      : Object.freeze({ ...metadata });
    this.#options = options;
    this.#limit = limit;
    this.#call = call;
  }

  get signal(): AbortSignal {
    return this.#limit.signal ??
      (this.#never ??= new AbortController().signal);
  }

  /** Calls within the interceptors. A response that they have made is checked. */
  async response(body: unknown): Promise<unknown> {
    const value = await runInterceptors(this.#interceptors, this, { body });
    if (this.#received.has(value)) return value;
    return this.service.response.check(value);
  }

  replaceBody(body: unknown): unknown {
    return body;
  }

  async run({ body, signal, metadata }: PassedOn): Promise<unknown> {
    const options = this.#limit.next(this.#options);
    if (signal !== undefined) options.signal = signal;
    if (metadata !== undefined) options.metadata = metadata;
    const response = await this.#call([body, options]);
    this.#received.add(response);
    return response;
  }
}
