/**
 * What is used of a connection to NATS: that of `@nats-io/nats-core`, which
 * `@nats-io/transport-node` and others of that family make, has it.
 */
export interface NatsConnection {
  /** What the server says of itself, while there is one. */
  readonly info?: NatsServerInfo | undefined;
  /** Sends a message, or queues it while there is no server. */
  publish(
    subject: string,
    payload?: Uint8Array,
    options?: NatsPublishOptions,
  ): void;
  /** Receives the messages of a subject. */
  subscribe(
    subject: string,
    options: NatsSubscribeOptions,
  ): NatsSubscription;
  /** Resolves when the server has read all that was sent. */
  flush(): Promise<void>;
  /** Tells what happens to it. */
  status(): AsyncIterable<{ readonly type: string }>;
  /** Ends it. */
  close(): Promise<void>;
  /** Resolves when it has ended for good, with the error that has ended it, if any. */
  closed(): Promise<void | Error>;
  /** Whether it has ended. */
  isClosed(): boolean;
  /** The host and port of its server. */
  getServer(): string;
}

/** What a server says of itself. */
export interface NatsServerInfo {
  /** The longest message that it takes, in bytes. */
  readonly max_payload: number;
}

/** What goes with a message besides its bytes. */
export interface NatsPublishOptions {
  /** Where an answer is to go. */
  reply?: string;
  /** Its headers. */
  // deno-lint-ignore no-explicit-any
  headers?: any;
}

/** How a subject is received. */
export interface NatsSubscribeOptions {
  /** Of all that are in the same queue group, one gets each message. */
  queue?: string;
  /** Gets the messages, or the error that has ended the subscription. */
  callback(error: Error | null, message: NatsMessage): void;
}

/** A message that has come. */
export interface NatsMessage {
  /** The subject that it was sent to. */
  readonly subject: string;
  /** Where an answer is to go. */
  readonly reply?: string | undefined;
  /** Its bytes. */
  readonly data: Uint8Array;
  /** Its headers, where it has some. */
  readonly headers?: NatsHeaders | undefined;
}

/** The headers of a message. */
export interface NatsHeaders {
  /** The status, such as 503; 0 where there is none. */
  readonly code: number;
  /** A header; `""` if there is none. */
  get(name: string): string;
}

/** A subject that is received. */
export interface NatsSubscription {
  /** Ends it. */
  unsubscribe(): void;
}

/**
 * The options of the NATS client, as `connect` of `@nats-io/transport-node` takes them:
 * `user` and `pass`, `token`, `authenticator`, `tls`, `name`, `pingInterval` and so on.
 */
export type NatsClientOptions = Readonly<Record<string, unknown>>;
