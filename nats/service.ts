import { checkLeast } from "../internal/check_options.ts";
import { hostName } from "../internal/runtime/host_name.ts";
import type { ServiceCodec } from "../interface/codecs/interface_codec.ts";
import type { Implementation } from "../interface/server/implementation.ts";
import { serve } from "../interface/server/serve.ts";
import type { DrainOptions } from "../peer/handles/drain_options.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { PeerOptions } from "../peer/options.ts";
import { Peer } from "../peer/peer.ts";
import type { StreamBody } from "../protocol/body.ts";
import { checkSubject } from "../transports/nats/nats_address.ts";
import type {
  NatsConnection,
  NatsMessage,
  NatsSubscription,
} from "../transports/nats/nats_connection.ts";
import { NatsLink } from "../transports/nats/nats_link.ts";
import {
  NatsChannelTransport,
  type NatsServiceInfo,
} from "./channel_transport.ts";
import { DIRECT, HOST } from "./direct.ts";
import { EndpointStats } from "./endpoint_stats.ts";
import { loadServices, type NatsMicroservice } from "./load_services.ts";
import { ResponderChannel } from "./responder_channel.ts";
import { type SubjectNames, subjectNames } from "./subject_names.ts";

/** The options of {@linkcode service}. */
export interface NatsServiceOptions
  extends Omit<PeerOptions, "heartbeat" | "extensions" | "callTimeout"> {
  /** What the subjects begin with. Default: the name of the interface. */
  subject?: string | undefined;
  /** The queue group: one of its instances gets each request. Default: `"q"`. */
  queue?: string | undefined;
  /** The version, as in `"1.2.0"`. Default: `"0.0.0"`. */
  version?: string | undefined;
  /** What it is, for people. */
  description?: string | undefined;
  /** Further facts, which tools of NATS show. */
  metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * An address where this program serves the same interface to clients on the same host,
   * such as `"unix+shm:/run/camera"`. Those that prefer it go there: see
   * {@linkcode serviceClient}.
   */
  direct?: string | undefined;
  /** What the subject for updates of requesters begins with. Default: `"_INBOX"`. */
  inboxPrefix?: string | undefined;
  /**
   * How many bytes of requests may have come and not been read; those beyond that are
   * refused with `limit-exceeded`. Default: 16 MiB.
   */
  maxUnreadBytes?: number | undefined;
}

/** What is kept unread, unless an option says otherwise. */
export const DEFAULT_UNREAD: number = 16 * 1024 * 1024;

/** The queue group that ADR-32 names. */
const DEFAULT_QUEUE = "q";

/** An instance of a service over NATS, made by {@linkcode service}. */
export class NatsService implements AsyncDisposable {
  readonly #micro: NatsMicroservice;
  readonly #peer: PeerHandle<StreamBody, NatsServiceInfo>;
  readonly #subscriptions: readonly NatsSubscription[];
  #stopped: Promise<void> | null = null;

  /** @internal Made by `service`. */
  constructor(
    micro: NatsMicroservice,
    peer: PeerHandle<StreamBody, NatsServiceInfo>,
    subscriptions: readonly NatsSubscription[],
  ) {
    this.#micro = micro;
    this.#peer = peer;
    this.#subscriptions = subscriptions;
    // The connection to NATS was closed.
    void micro.stopped.then(() => this.stop({ grace: 0 }));
  }

  /** The id of this instance, as `$SRV.INFO` tells it. */
  get id(): string {
    return this.#micro.info().id;
  }

  /** Resolves when it has ended, however that came. */
  get closed(): Promise<void> {
    return this.#peer.closed.then(() => {});
  }

  /**
   * Ends it in good order: it leaves the queue group, so that others get the requests,
   * and finishes those that it has, for at most `grace` milliseconds; no handler is waited
   * for longer. Idempotent.
   *
   * The connection to NATS stays open.
   *
   * @throws {RangeError} If `grace` is no number of at least 0.
   */
  stop(options: DrainOptions = {}): Promise<void> {
    return this.#stopped ??= this.#stop(options);
  }

  /** Ends it in good order: see `stop`, with `drainTimeout` as grace. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(options: DrainOptions): Promise<void> {
    // What is under way to it still comes.
    await this.#micro.stop();
    await this.#peer.drain(options);
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }
}

/**
 * Serves an interface over NATS, one request a message, with no session: any of many
 * instances answers. Tools of NATS find it, call it and see its figures (ADR-32).
 *
 * - Each service is an endpoint, on the subject `Camera.record`; its body is the message.
 *   An error response has the headers `Nats-Service-Error-Code` and `Nats-Service-Error`.
 * - Response updates go to the requester, who has no way to slow them down: one that
 *   doesn't take them fails.
 * - Handlers get cancels, deadlines and metadata, if the client is one of this library.
 *   Their `peer` can't send anything: there is no connection to who asks.
 * - When the connection to NATS is lost, what is under way is cancelled, and it goes on
 *   when the NATS client has found a server again.
 *
 * Resolves when clients can find it.
 *
 * @param nats A connection of `@nats-io/transport-node` or another of that family. It
 * belongs to the caller.
 * @param implementation What `Interface.implement` gives.
 * @throws {TypeError} If the subject is none.
 * @throws {RangeError} If a limit is out of its range.
 *
 * @example An instance
 * ```ts ignore
 * import { connect } from "npm:@nats-io/transport-node";
 * import { service } from "jsr:@fizyr/rpc/nats";
 * import { Camera } from "./camera.ts";
 *
 * const nats = await connect({ servers: "127.0.0.1:4222" });
 * await using camera = await service(nats, Camera.implement({ record: () => "image" }));
 * await camera.closed;
 * ```
 */
export async function service(
  nats: NatsConnection,
  implementation: Implementation<StreamBody, NatsServiceInfo>,
  options: NatsServiceOptions = {},
): Promise<NatsService> {
  const { name, served: { codec } } = implementation;
  const { queue = DEFAULT_QUEUE, inboxPrefix, metadata, direct } = options;
  const subject = checkSubject(options.subject ?? name);
  const { maxUnreadBytes = DEFAULT_UNREAD } = options;
  checkLeast("maxUnreadBytes", maxUnreadBytes, 1);
  const { Svcm } = await loadServices();
  const link = NatsLink.lent(nats);
  const channel = new ResponderChannel(link, { inboxPrefix, maxUnreadBytes });
  await channel.load();
  const names = subjectNames(subject);
  const peer = Peer.spawn(new NatsChannelTransport(channel, subject), {
    ...options,
    extensions: true,
  });
  // It ends with the peer, which is the service's own.
  void serve(peer, implementation);
  const figures = new Map<string, EndpointStats>();
  const micro = await new Svcm(nats).add({
    ...{ name, queue, version: options.version ?? "0.0.0" },
    description: options.description ?? "",
    metadata: { ...metadata, ...directMetadata(direct) },
    // It measures how long the handler takes to return, and ours answers later.
    statsHandler: (endpoint) => {
      Object.assign(endpoint.stats, figures.get(endpoint.name)?.toJSON());
      return Promise.resolve({});
    },
  });
  for (const service of codec.services.values()) {
    const stats = new EndpointStats();
    figures.set(service.name, stats);
    micro.addEndpoint(service.name, {
      subject: names.member(service.name),
      metadata: { "fizyr-rpc-id": `${service.id}` },
      handler: (error, message) => {
        if (error === null) channel.onRequest(service, stats, message);
      },
    });
  }
  if ([...codec.services.values()].some(takesUpdates)) channel.receiveUpdates();
  const subscriptions = [
    ...subscribeCancels(nats, names, codec.services.values(), channel),
    ...[...codec.streams.byName.values()].map((stream) =>
      subscribe(
        nats,
        names.member(stream.name),
        queue,
        (message) => channel.onStream(stream, message),
      )
    ),
  ];
  await nats.flush();
  return new NatsService(micro, peer, subscriptions);
}

function takesUpdates({ requestUpdates }: ServiceCodec): boolean {
  return requestUpdates.byId.size > 0;
}

function directMetadata(direct: string | undefined): Record<string, string> {
  if (direct === undefined) return {};
  return { [DIRECT]: direct, [HOST]: hostName() ?? "" };
}

function* subscribeCancels(
  nats: NatsConnection,
  names: SubjectNames,
  services: Iterable<ServiceCodec>,
  channel: ResponderChannel,
): Generator<NatsSubscription> {
  for (const { name } of services) {
    yield subscribe(
      nats,
      names.cancel(name),
      undefined,
      (message) => channel.onCancel(message),
    );
  }
}

function subscribe(
  nats: NatsConnection,
  subject: string,
  queue: string | undefined,
  take: (message: NatsMessage) => void,
): NatsSubscription {
  return nats.subscribe(subject, {
    ...(queue === undefined ? {} : { queue }),
    callback: (error, message) => {
      if (error === null) take(message);
    },
  });
}
