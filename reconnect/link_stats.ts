/** The figures of a link. */
export interface LinkStats {
  /** How many connections it has had. */
  readonly connections: number;
  /** How many times a call was made again. */
  readonly retries: number;
  /** How many errors typed clients have counted on it. */
  readonly errors: number;
  /** How many messages typed clients have dropped on it. */
  readonly droppedMessages: number;
  /** How many connections are closing, or have open requests but take no new ones. */
  readonly endingConnections: number;
  /** How many calls wait for a connection. */
  readonly waiting: number;
  /** How many subscriptions there are. */
  readonly subscriptions: number;
}
