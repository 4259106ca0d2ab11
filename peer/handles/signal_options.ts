/** The option that everything which waits takes. */
export interface SignalOptions {
  /** Gives up waiting; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
}
