import type {
  NatsConnection,
  NatsMessage,
} from "../transports/nats/nats_connection.ts";

/** What an instance of a service tells of itself. */
export interface MicroserviceInfo {
  /** The id of the instance. */
  readonly id: string;
  /** Further facts. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** An instance of a service, as `@nats-io/services` has it. */
export interface NatsMicroservice {
  /** Resolves when it has ended. */
  readonly stopped: Promise<unknown>;
  /** What it tells of itself. */
  info(): MicroserviceInfo;
  /** Ends it. */
  stop(): Promise<unknown>;
  /** Adds an endpoint. */
  addEndpoint(name: string, options: {
    readonly subject: string;
    readonly metadata: Readonly<Record<string, string>>;
    handler(error: Error | null, message: NatsMessage): void;
  }): unknown;
}

/** How an instance is made. */
interface MicroserviceConfig {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly queue: string;
  readonly metadata: Readonly<Record<string, string>>;
  statsHandler(
    endpoint: { readonly name: string; readonly stats: object },
  ): Promise<unknown>;
}

/** The part of `@nats-io/services` that is used. */
interface ServicesModule {
  readonly Svcm: new (connection: NatsConnection) => {
    add(config: MicroserviceConfig): Promise<NatsMicroservice>;
    client(options: {
      readonly strategy: "stall";
      readonly maxWait: number;
      readonly stall: number;
    }): { info(name: string): Promise<AsyncIterable<MicroserviceInfo>> };
  };
}

/** Loads `@nats-io/services`. */
export async function loadServices(): Promise<ServicesModule> {
  return await import("@nats-io/services") as unknown as ServicesModule;
}
