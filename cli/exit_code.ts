/** How the command ends, for scripts. */
export const exitCode = {
  /** All is well. */
  SUCCESS: 0,
  /** The other side answered with an error, or what came is invalid. */
  FAILED: 1,
  /** The command was called wrongly. */
  USAGE: 2,
  /** There is no connection, or it was lost. */
  NO_CONNECTION: 3,
  /** The time was up, here or by the clock of the other side. */
  DEADLINE: 4,
  /** Ctrl-C. */
  INTERRUPTED: 130,
} as const;

/** One of them. */
export type ExitCode = typeof exitCode[keyof typeof exitCode];

/** Why the command ends without what was asked for: lines for stderr. */
export class CliError extends Error {
  /** How the command ends. */
  readonly exitCode: ExitCode;
  /** What is wrong. */
  readonly lines: readonly string[];

  /** Says how the command ends. */
  constructor(exitCode: ExitCode, ...lines: readonly string[]) {
    super(lines.join("\n"));
    this.exitCode = exitCode;
    this.lines = lines;
  }
}

/** The command was called wrongly. */
export function usageError(text: string): CliError {
  return new CliError(exitCode.USAGE, `${text} (--help explains)`);
}
