import type {
  ConnectOptions,
  Listener,
  ListenOptions,
  PeerHandle,
  StreamBody,
  StreamConfig,
  Transport,
} from "../../mod.ts";
import type { Permission } from "./permissions.ts";

/** A transport of any kind: the suite doesn't look at its info. */
export type TestTransport = Transport<StreamBody, unknown>;

/** The class of an error. */
export type ErrorClass = new (message: string) => Error;

/** A listener of any kind, and a way to connect to it. */
export interface TestListener {
  readonly listener: Listener<StreamBody, unknown>;
  /** What connecting fails with once it is closed. */
  readonly refusal: ErrorClass;
  connect(options?: ConnectOptions): Promise<PeerHandle<StreamBody, unknown>>;
}

/** One entry of the suite: to add a transport, add one to `TRANSPORTS`, in transports.ts. */
export interface TransportUnderTest {
  /** Stands in the name of each test. */
  readonly name: string;
  /** The permission that it needs. */
  readonly permission: Permission | null;
  /** What else it needs and isn't there; null if nothing is. */
  readonly missing?: string | null;
  /** The longest body that it carries, whatever the limits are set to. */
  readonly maxBodyLen: number;
  /** Whether a received body over the limit ends the connection. */
  readonly longBodyIsFatal: boolean;
  /** What `stats` counts for a message besides its body, in bytes. */
  readonly headLen: number;
  /** More than it takes in one direction while nobody reads, in bytes. */
  readonly capacity: number;
  /** Whether it has a `conn`, to which a test can write half a message. */
  readonly hasConn: boolean;
  /** Whether a send copies a large body, and doesn't wait for it to be written. */
  readonly copiesLargeBodies: boolean;
  /** Whether disposing a large body gives its memory back; it is empty then. */
  readonly disposeEmpties: boolean;
  /** Whether closing waits for the other side's end, since it can lose bytes else. */
  readonly lingers: boolean;
  /** Whether connecting waits for the `authorize` of the server, which can refuse by an answer. */
  readonly authorizesFirst: boolean;
  /**
   * In their usual forms one of so many tests of the suite runs over it: all over memory
   * and TCP, and half of them over seqpacket and over rings, for the other ways in which
   * a channel works. The others take turns.
   */
  readonly everyNthTest: number;
  /** What the first test of a file over it needs, and is there for all of them. */
  readonly before?: () => Promise<void>;
  /** Ends that, after the last test. */
  readonly after?: () => Promise<void>;
  /** Makes two linked ends; what the stack holds lives as long as the test. */
  link(
    config: StreamConfig,
    stack: AsyncDisposableStack,
  ): Promise<[TestTransport, TestTransport]>;
  /** Listens; null where there is nothing to listen on. */
  listen:
    | ((
      options: ListenOptions,
      stack: AsyncDisposableStack,
    ) => Promise<TestListener>)
    | null;
}
