/**
 * Services over NATS: single requests that any of many instances answers, with no
 * session, and streams to any number of readers. For connections over NATS see
 * `./transports/nats`.
 *
 * @example An instance and a client
 * ```ts ignore
 * import { connect } from "npm:@nats-io/transport-node";
 * import { service, serviceClient } from "jsr:@fizyr/rpc/nats";
 * import { Camera } from "./camera.ts";
 *
 * const nats = await connect({ servers: "127.0.0.1:4222" });
 * await using instance = await service(nats, Camera.implement({ record: () => "image" }));
 * await using camera = serviceClient(nats, Camera);
 * console.log(await camera.record());
 * ```
 *
 * @module
 */
export type { NatsServiceInfo } from "./channel_transport.ts";
export type { DirectOptions } from "./direct.ts";
export { publisher, type PublisherOptions } from "./publisher.ts";
export { NatsService, type NatsServiceOptions, service } from "./service.ts";
export {
  type DirectClientOptions,
  type NatsClientOptionsOf,
  type NatsServiceClient,
  serviceClient,
} from "./service_client.ts";
export type * from "../transports/nats/nats_connection.ts";
