/** Where the command reads from and writes to. */
export interface CliIo {
  /** Takes a line for stdout. */
  out(line: string): void;
  /** Takes a line for stderr. */
  err(line: string): void;
  /** Reads all of stdin. */
  stdin(): Promise<Uint8Array>;
  /** Fires with Ctrl-C. */
  readonly signal: AbortSignal;
}
