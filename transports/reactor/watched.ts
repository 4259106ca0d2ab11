/** A descriptor that the reactor watches. */
export interface Watched {
  /** The descriptor. */
  readonly fd: number;
  /**
   * Whether epoll watches it even while it is often ready. For one whose messages
   * come another way.
   */
  readonly staysInEpoll?: boolean;
  /**
   * Called in a turn in which it is ready, with epoll's events, and again in the
   * next turn if it is still ready. It may also be called when it isn't ready.
   *
   * @returns How many messages it has taken, or 1 for other work; 0 if it wasn't
   * ready.
   */
  onReady(events: number): number;
  /** Called when it can't be watched any more. */
  onFailed(error: unknown): void;
  /** Called when its worker ends. Has to close what is open synchronously. */
  close(): unknown;
}
