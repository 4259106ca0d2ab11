import type { NatsClientOptions, NatsConnection } from "./nats_connection.ts";

/** The part of `@nats-io/transport-node` that is used. */
interface NatsModule {
  connect(options: NatsClientOptions): Promise<NatsConnection>;
}

/** Loads the NATS client. */
export async function loadNats(): Promise<NatsModule> {
  return await import("@nats-io/transport-node") as unknown as NatsModule;
}
