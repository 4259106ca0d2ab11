/** How long draining may take. */
export interface DrainOptions {
  /**
   * After so many milliseconds what is still open is closed, and its signals fire.
   * Default: `drainTimeout`.
   */
  grace?: number | undefined;
}
