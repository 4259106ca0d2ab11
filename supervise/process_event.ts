import { isInstance } from "../internal/errors.ts";

/** The start or the end of a program that is looked after. */
export type ProcessEvent =
  | {
    /** It was started. */
    readonly kind: "started";
    /** Its process id. */
    readonly pid: number;
  }
  | ProcessEnd;

/** The end of a program that is looked after. */
export interface ProcessEnd {
  /** It has ended. */
  readonly kind: "ended";
  /** Its exit status; null after a signal, and where it couldn't be started. */
  readonly status: number | null;
  /** The signal that has ended it, or null. */
  readonly signal: string | null;
  /**
   * Why it couldn't be started, and in `finished` also what its link has given up with;
   * else null.
   */
  readonly error: Error | null;
}

/** The end of one that couldn't be started. */
export function couldNotStart(error: Error): ProcessEnd {
  return { kind: "ended", status: null, signal: null, error };
}

/** Why no calls can be made to a program that isn't started again; null if it has ended well. */
export function endError(
  name: string,
  { status, signal, error }: ProcessEnd,
): Error | null {
  if (error !== null) return error;
  if (status === 0) return null;
  const how = signal === null ? `with status ${status}` : `by ${signal}`;
  return new Error(`${name} has ended ${how}, and isn't started again`);
}

/** The last end of one that was ended as its link has given up; the error of the link is null if it was closed. */
export function withLinkError(end: ProcessEnd, error: unknown): ProcessEnd {
  if (error === null) return end;
  const why = isInstance(error, Error)
    ? error
    : new Error("The link has given up, as its cause says", { cause: error });
  return { ...end, error: why };
}
