import type { Terminal } from "./terminal.ts";

/** Where the command reads from and writes to. */
export interface CliIo {
  /** Takes a line for stdout. */
  out(line: string): void;
  /**
   * Writes text to stdout, and resolves when it is taken. The program goes on
   * meanwhile, however slow stdout is; without it, `out` takes the lines.
   */
  write?(text: string): Promise<void>;
  /** Takes a line for stderr. */
  err(line: string): void;
  /** Reads stdin. */
  stdin(): AsyncIterable<Uint8Array>;
  /** Fires with Ctrl-C. */
  readonly signal: AbortSignal;
  /** Shows how far something is, in place of what it showed before; null where stderr is no terminal. */
  readonly progress?: ((text: string) => void) | null;
  /** The terminal behind stdout; null where there is none. */
  readonly terminal?: Terminal | null;
}
