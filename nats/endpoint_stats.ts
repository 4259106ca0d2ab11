/** What is counted of one service, as ADR-32 names it. */
export class EndpointStats {
  /** How many requests have come. */
  requests = 0;
  #errors = 0;
  #lastError = "";
  /** How long they took, in milliseconds. */
  #time = 0;
  #ended = 0;

  /** A request has ended: with an error, or null. */
  add(since: number, error: string | null): void {
    this.#time += performance.now() - since;
    this.#ended++;
    if (error === null) return;
    this.#errors++;
    this.#lastError = error.split("\n", 1)[0]!;
  }

  /** As STATS has it; times are in nanoseconds. */
  toJSON(): Record<string, unknown> {
    const processing_time = Math.round(this.#time * 1e6);
    return {
      num_requests: this.requests,
      num_errors: this.#errors,
      last_error: this.#lastError,
      processing_time,
      average_processing_time: this.#ended === 0
        ? 0
        : Math.round(processing_time / this.#ended),
    };
  }
}
