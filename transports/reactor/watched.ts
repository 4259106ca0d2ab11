/** A descriptor that the reactor watches. */
export interface Watched {
  /** The descriptor. */
  readonly fd: number;
  /**
   * Called in a turn in which it is ready, with epoll's events, and again in the
   * next one if it still is. Sometimes it isn't.
   *
   * @returns How many messages it has taken, or 1 for anything else that it has
   * done; 0 if it wasn't ready.
   */
  onReady(events: number): number;
  /** Called when it can't be watched any more. */
  onFailed(error: unknown): void;
  /** Called when the worker that it belongs to ends: what is open has to be closed at once. */
  close(): unknown;
}
