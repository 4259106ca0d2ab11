import type {
  ErrorDeclarations,
  ServiceDeclarations,
  StreamDeclarations,
} from "../interface/declare/declaration.ts";
import type { Format } from "../interface/formats/format.ts";
import type { Interface } from "../interface/interface.ts";
import type { PeerWriteHandle } from "../peer/handles/peer_write_handle.ts";
import { Peer } from "../peer/peer.ts";
import type { StreamBody } from "../protocol/body.ts";
import { checkSubject } from "../transports/nats/nats_address.ts";
import type { NatsConnection } from "../transports/nats/nats_connection.ts";
import { NatsLink } from "../transports/nats/nats_link.ts";
import {
  NatsChannelTransport,
  type NatsServiceInfo,
} from "./channel_transport.ts";
import { PublisherChannel } from "./publisher_channel.ts";
import { subjectNames } from "./subject_names.ts";

/** The options of {@linkcode publisher}. */
export interface PublisherOptions {
  /** What the subjects begin with. Default: the name of the interface. */
  subject?: string | undefined;
  /** The format of the bodies. Default: that of the declaration. */
  format?: Format | undefined;
}

/**
 * Publishes the server's streams of an interface over NATS: one publisher, any number of
 * readers, which are clients that {@linkcode serviceClient} has made. What it gives is a
 * member for a `Broadcast`, or what `Robot.streams.joints.send` takes.
 *
 * - It doesn't wait for readers. 16 MiB may be under way to the server of NATS; only
 *   beyond that do further messages wait, and of those a `Broadcast` keeps the newest
 *   (`keep: "latest"`).
 * - While there is no connection to NATS, sending fails with `connection-aborted`
 *   (`not-sent`), and a `Broadcast` drops and counts its values.
 * - Closing it leaves the connection to NATS open.
 *
 * @throws {TypeError} If the subject is none.
 *
 * @example The joints of a robot
 * ```ts ignore
 * import { connect } from "npm:@nats-io/transport-node";
 * import { Broadcast } from "jsr:@fizyr/rpc/interface";
 * import { publisher } from "jsr:@fizyr/rpc/nats";
 * import { Robot } from "./robot.ts";
 *
 * const nats = await connect({ servers: "127.0.0.1:4222" });
 * await using robot = publisher(nats, Robot);
 * using joints = new Broadcast(Robot.streams.joints, { keep: "latest" });
 * joints.add(robot);
 * joints.send([0.5, 1]);
 * ```
 */
export function publisher<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
  E extends ErrorDeclarations,
>(
  nats: NatsConnection,
  declared: Interface<S, T, E>,
  { subject = declared.name, format }: PublisherOptions = {},
): PeerWriteHandle<StreamBody, NatsServiceInfo> & AsyncDisposable {
  const channel = new PublisherChannel(
    NatsLink.lent(nats),
    subjectNames(checkSubject(subject)),
    declared.codec(format),
  );
  const peer = Peer.spawn(new NatsChannelTransport(channel, subject));
  const [reader, writer] = peer.split();
  reader[Symbol.dispose]();
  return Object.defineProperty(writer, Symbol.asyncDispose, {
    value: () => writer.close(),
  }) as typeof writer & AsyncDisposable;
}
