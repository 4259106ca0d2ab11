import { errorText, isInstance } from "../internal/errors.ts";
import { RpcError, type RpcErrorCode } from "../protocol/error.ts";
import { CliError, exitCode } from "./exit_code.ts";

/** The codes that say that there is no connection any more. */
const LOST: readonly RpcErrorCode[] = [
  "connection-closed",
  "connection-aborted",
];

/** How the command ends for an error, and what it says. */
export function failureOf(error: unknown): CliError {
  if (isInstance(error, CliError)) return error;
  const text = errorText(error);
  if (!isInstance(error, RpcError)) {
    // What a wrong argument gives, such as an id that is reserved.
    const isUsage = isInstance(error, TypeError) ||
      isInstance(error, RangeError);
    return new CliError(isUsage ? exitCode.USAGE : exitCode.FAILED, text);
  }
  if (error.code === "deadline-exceeded") {
    return new CliError(exitCode.DEADLINE, text);
  }
  if (LOST.includes(error.code) || error.fatal) {
    return new CliError(exitCode.NO_CONNECTION, text);
  }
  // A value of the command line that the interface doesn't take.
  if (error.code === "encode-failed") {
    return new CliError(exitCode.USAGE, text);
  }
  const { reason, data } = error;
  const lines = [reason ? `${reason}: ${text}` : text];
  if (data !== undefined) lines.push(JSON.stringify(data));
  return new CliError(exitCode.FAILED, ...lines);
}
