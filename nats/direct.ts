import { hostName } from "../internal/runtime/host_name.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { Body } from "../protocol/body.ts";
import type { NatsConnection } from "../transports/nats/nats_connection.ts";
import { loadServices } from "./load_services.ts";

/** The names in the metadata of an instance: an address, and the host that it is on. */
export const DIRECT = "fizyr-rpc-direct";
export const HOST = "fizyr-rpc-host";

/** For how long instances are asked, in milliseconds, and how long behind the last answer. */
const MAX_WAIT = 1000;
const STALL = 100;

/** Options of the connections that are made. */
export type DirectOptions = Readonly<Record<string, unknown>>;

/**
 * Connects to an instance of a service on this host that has told an address; null where
 * there is none, or none that can be reached.
 */
export async function connectDirect(
  nats: NatsConnection,
  name: string,
  options: DirectOptions,
): Promise<PeerHandle<Body, unknown> | null> {
  const host = hostName();
  if (host === null) return null;
  const { Svcm } = await loadServices();
  const client = new Svcm(nats).client({
    strategy: "stall",
    maxWait: MAX_WAIT,
    stall: STALL,
  });
  try {
    for await (const { metadata = {} } of await client.info(name)) {
      const { [DIRECT]: address, [HOST]: there } = metadata;
      if (address === undefined || there !== host) continue;
      const peer = await tryConnect(address, options);
      if (peer !== null) return peer;
    }
  } catch (error) {
    // There is no instance at all, yet.
    if ((error as Error).name !== "NoResponders") throw error;
  }
  return null;
}

/**
 * Null if it can't be reached: over NATS the service can be had all the same, as its
 * instance may be in a container of its own, or have ended a moment ago.
 */
async function tryConnect(
  address: string,
  options: DirectOptions,
): Promise<PeerHandle<Body, unknown> | null> {
  // It knows all transports, so it is loaded only for this.
  const { connect } = await import("../endpoints/connect.ts");
  try {
    return await connect(address, options);
  } catch {
    return null;
  }
}
