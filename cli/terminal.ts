/** A terminal that shows pages in place of lines. */
export interface Terminal {
  /** How many characters a line has. */
  readonly columns: number;
  /** How many lines it has. */
  readonly rows: number;
  /** Whether colours are wanted: `NO_COLOR` isn't set. */
  readonly colors: boolean;
  /** Writes text as it stands. */
  write(text: string): void;
  /** The keys that are pressed, without waiting for Enter, until the signal fires. */
  keys(signal: AbortSignal): AsyncIterable<string>;
}
