import type { ChildProcess } from "node:child_process";
import type { Body } from "../protocol/body.ts";
import type { Transport } from "../transports/transport.ts";

/** A socket pair between a program and the one that looks after it, as the latter has it. */
export interface ProgramSocket<B extends Body> {
  /** What `spawn` makes descriptor 3 of the program of. */
  readonly stdio: "pipe" | number;
  /** Called when the program has been started, or couldn't be. */
  onSpawned(process: ChildProcess): void;
  /** A connection over this side's end. There is one. */
  transport(): Transport<B, unknown>;
  /** Closes this side's end, whoever has it. */
  close(): void;
}
