/** Why the command ends without what was asked for: a line for each thing that is wrong. */
export class CommandError extends Error {
  /** The exit code: 1 where the input has problems, 2 where it was called wrongly. */
  readonly exitCode: 1 | 2;
  /** What is wrong. */
  readonly lines: readonly string[];

  /** Says how the command ends. */
  constructor(exitCode: 1 | 2, ...lines: readonly string[]) {
    super(lines.join("\n"));
    this.exitCode = exitCode;
    this.lines = lines;
  }
}
