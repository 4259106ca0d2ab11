import { checkLeast } from "../internal/check_options.ts";
import type { InterfaceClient } from "../interface/client/interface_client.ts";
import type { ClientOptions } from "../interface/client/client_options.ts";
import type {
  ErrorDeclarations,
  ServiceDeclarations,
  StreamDeclarations,
} from "../interface/declare/declaration.ts";
import type { RequiredBody } from "../interface/declare/body_types.ts";
import type { Interface } from "../interface/interface.ts";
import type { PeerOptions } from "../peer/options.ts";
import { Peer } from "../peer/peer.ts";
import type { StreamBody } from "../protocol/body.ts";
import { checkSubject } from "../transports/nats/nats_address.ts";
import type { NatsConnection } from "../transports/nats/nats_connection.ts";
import { NatsLink } from "../transports/nats/nats_link.ts";
import {
  NatsChannelTransport,
  type NatsServiceInfo,
} from "./channel_transport.ts";
import { connectDirect, type DirectOptions } from "./direct.ts";
import { CALL_TIMEOUT, RequesterChannel } from "./requester_channel.ts";
import { DEFAULT_UNREAD } from "./service.ts";
import { subjectNames } from "./subject_names.ts";

/** The options of {@linkcode serviceClient}. */
export interface NatsClientOptionsOf<S extends ServiceDeclarations>
  extends
    Omit<PeerOptions, "heartbeat" | "extensions">,
    Pick<
      ClientOptions<S, StreamBody, NatsServiceInfo>,
      "format" | "intercept"
    > {
  /** What the subjects begin with. Default: the name of the interface. */
  subject?: string | undefined;
  /** What the subject for responses begins with. Default: `"_INBOX"`. */
  inboxPrefix?: string | undefined;
  /**
   * How many bytes may have come and not been read; a request whose updates come beyond
   * that fails, and stream messages beyond that are lost. Default: 16 MiB.
   */
  maxUnreadBytes?: number | undefined;
}

/** The options of {@linkcode serviceClient} for one that prefers a direct connection. */
export interface DirectClientOptions<S extends ServiceDeclarations>
  extends NatsClientOptionsOf<S> {
  /** A connection to an instance on this host, where there is one, in place of NATS. */
  prefer: "direct";
  /** Options for that connection, as those of `connect`. */
  direct?: DirectOptions | undefined;
}

/** A client over NATS; its dispose ends what it receives, and calls that are open. */
export type NatsServiceClient<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
> = InterfaceClient<S, T> & AsyncDisposable;

/**
 * Makes a typed client of a service over NATS: the same as one of a connection, but each
 * request goes to whichever instance takes it.
 *
 * - If nobody serves it, a call fails at once with the reason `unavailable`.
 * - A request whose answer is lost, as when an instance is killed, ends by its timeout:
 *   `callTimeout`, by default 10 s. Services with updates have none but that of the call.
 * - When the connection to NATS is lost, open calls fail with `connection-aborted`: as
 *   `unknown` if they were sent, else as `not-sent`. So do further ones until the NATS
 *   client has found a server again.
 * - NATS may lose updates; a request of which one is lost fails with
 *   `connection-aborted`.
 * - Streams of the server come from whoever publishes them: see {@linkcode publisher}.
 *   Their subject is received from the first subscription until the client is disposed.
 *   Some messages may be lost.
 * - With `prefer: "direct"` it asks the instances first, and resolves to a client of a
 *   direct connection if one on this host has told an address: large frames stay off NATS
 *   then. It ends with that connection.
 *
 * @param nats A connection to NATS, which belongs to the caller.
 * @throws {TypeError} If the subject is none.
 * @throws {RangeError} If a limit is out of its range.
 *
 * @example A call
 * ```ts ignore
 * import { connect } from "npm:@nats-io/transport-node";
 * import { serviceClient } from "jsr:@fizyr/rpc/nats";
 * import { Camera } from "./camera.ts";
 *
 * const nats = await connect({ servers: "127.0.0.1:4222" });
 * await using camera = serviceClient(nats, Camera);
 * console.log(await camera.record({ frames: 2 }));
 * ```
 */
export function serviceClient<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
  E extends ErrorDeclarations,
>(
  nats: NatsConnection,
  declared: Interface<S, T, E>,
  options: DirectClientOptions<S>,
): Promise<NatsServiceClient<S, T>>;
/** Makes a typed client of a service over NATS. */
export function serviceClient<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
  E extends ErrorDeclarations,
>(
  nats: NatsConnection,
  declared: Interface<S, T, E>,
  options?: NatsClientOptionsOf<S>,
): NatsServiceClient<S, T>;
export function serviceClient<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
  E extends ErrorDeclarations,
>(
  nats: NatsConnection,
  declared: Interface<S, T, E>,
  options: NatsClientOptionsOf<S> | DirectClientOptions<S> = {},
): NatsServiceClient<S, T> | Promise<NatsServiceClient<S, T>> {
  if (!("prefer" in options) || options.prefer === undefined) {
    return overNats(nats, declared, options);
  }
  if (options.prefer !== "direct") {
    throw new TypeError(`prefer must be "direct", got ${options.prefer}`);
  }
  return preferDirect(nats, declared, options);
}

async function preferDirect<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
  E extends ErrorDeclarations,
>(
  nats: NatsConnection,
  declared: Interface<S, T, E>,
  options: DirectClientOptions<S>,
): Promise<NatsServiceClient<S, T>> {
  const { direct = {}, format, intercept } = options;
  const peer = await connectDirect(nats, declared.name, direct);
  if (peer === null) return overNats(nats, declared, options);
  // It carries all that a byte stream carries.
  const client = declared.client(peer as never, { format, intercept } as never);
  return disposable(client, () => peer.close());
}

function overNats<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
  E extends ErrorDeclarations,
>(
  nats: NatsConnection,
  declared: Interface<S, T, E>,
  options: NatsClientOptionsOf<S>,
): NatsServiceClient<S, T> {
  const { format, intercept, inboxPrefix } = options;
  const { maxUnreadBytes = DEFAULT_UNREAD } = options;
  checkLeast("maxUnreadBytes", maxUnreadBytes, 1);
  const subject = checkSubject(options.subject ?? declared.name);
  const codec = declared.codec(format);
  const channel = new RequesterChannel(
    NatsLink.lent(nats),
    subjectNames(subject),
    codec,
    { inboxPrefix, maxUnreadBytes },
  );
  const peer = Peer.spawn(new NatsChannelTransport(channel, subject), {
    callTimeout: CALL_TIMEOUT,
    ...options,
    extensions: true,
  });
  const [reader, writer] = peer.split();
  // Nobody sends requests to a client, and its errors go to whoever has called.
  reader[Symbol.dispose]();
  // Its bodies are those of a byte stream; a declaration that asks for descriptors
  // finds that out when it sends them.
  const client = declared.client<RequiredBody<S, T>, NatsServiceInfo>(
    writer as never,
    { format, intercept } as never,
  );
  for (const stream of codec.serverStreams.byName.values()) {
    const { name } = stream;
    const received = client[name as keyof typeof client] as object;
    Object.defineProperty(client, name, {
      get: () => {
        channel.receiveStream(stream.id, name);
        return received;
      },
      enumerable: true,
    });
  }
  return disposable(client, () => writer.close());
}

function disposable<C extends object>(
  client: C,
  close: () => Promise<void>,
): C & AsyncDisposable {
  return Object.defineProperty(client, Symbol.asyncDispose, {
    value: close,
  }) as C & AsyncDisposable;
}
