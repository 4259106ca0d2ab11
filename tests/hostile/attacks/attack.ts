import type { BodyData, MessageType, PeerOptions } from "../../../mod.ts";
import type { PeerStats } from "../../../mod.ts";
import type { RawEnd } from "../../support/raw_end.ts";
import type { TestPeer } from "../../support/scene.ts";

/** A message as `RawEnd` sends it. */
export type RawMessage = readonly [
  type: MessageType,
  requestId: number,
  serviceId: number,
  body: BodyData,
];

/** How many messages are sent as one batch. */
export const BATCH = 16;

/** The limits of the server, unless an attack needs others. */
export const LIMITS = {
  maxInboxMessages: 50,
  maxInboxBytes: 200_000,
  maxRequestInboxMessages: 20,
  maxRequestInboxBytes: 100_000,
  maxOpenReceivedRequests: 40,
  maxOpenSentRequests: 40,
  replyQueueBytes: 100_000,
  writeQueueBytes: 50_000,
  // Nothing here depends on time.
  stallTimeout: 0,
} as const satisfies PeerOptions;

/** What a hostile client does, and what the server may hold meanwhile. */
export interface Attack {
  /** What it does. */
  readonly name: string;
  /** Limits of the server besides. */
  readonly options?: PeerOptions;
  /** What the server's application does with the connection. */
  serve(peer: TestPeer): Promise<unknown>;
  /** What comes before the flood. */
  begin?(raw: RawEnd): Promise<void>;
  /** The message of a number. */
  message(number: number): RawMessage;
  /** Whether it reads what comes. */
  readonly reads: boolean;
  /** Whether what it doesn't read are short answers. */
  readonly hasSmallAnswers?: true;
  /**
   * What pauses reading, so that the flood comes to stand: as in `stats().reading.by`.
   * Null if all of it is taken, and the connection stays usable.
   */
  readonly pausedBy: unknown;
  /** Whether a request behind a flood that is taken is refused. Default: it is answered. */
  readonly refusesLast?: true;
  /** Fails if the server holds more than it may. It is called again and again. */
  bounds(stats: PeerStats): void;
  /** Fails unless the flood of so many messages came to what is documented. */
  outcome?(stats: PeerStats, messages: number): void;
}
