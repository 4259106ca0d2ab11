import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { errorText } from "../internal/errors.ts";
import type { BodyDefinition } from "../interface/declare/definition.ts";
import type { CliIo } from "./cli_io.ts";
import { CliError, exitCode, usageError } from "./exit_code.ts";

/** Where the body of a request comes from. */
export interface BodyInputs {
  /** What stands on the command line. */
  readonly argument: string | undefined;
  /** `@FILE`, or `-` for stdin. */
  readonly data: string | undefined;
}

/**
 * The bytes of a body; null if none is given.
 *
 * @throws {CliError} If they can't be read.
 */
export async function bodyBytes(
  { argument, data }: BodyInputs,
  io: CliIo,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (argument !== undefined && data !== undefined) {
    throw usageError(
      "A body is given by an argument or by --data, not by both",
    );
  }
  if (argument !== undefined) return new TextEncoder().encode(argument);
  if (data === undefined) return null;
  if (data === "-") return new Uint8Array(await buffer(io.stdin()));
  if (!data.startsWith("@")) throw usageError("--data takes @FILE, or -");
  try {
    return new Uint8Array(await readFile(data.slice(1)));
  } catch (error) {
    throw new CliError(exitCode.FAILED, errorText(error));
  }
}

/**
 * The value of a body that an interface declares; undefined where it declares none.
 *
 * @throws {CliError} If one is missing, or given for nothing, or is no JSON.
 */
export function bodyValue(
  what: string,
  { kind }: BodyDefinition,
  bytes: Uint8Array<ArrayBuffer> | null,
  format: string,
): unknown {
  if (kind === "nothing") {
    if (bytes === null) return undefined;
    throw usageError(`${what} takes no body`);
  }
  if (bytes === null) throw usageError(`${what} takes a body`);
  if (kind !== "value" || format === "raw") return bytes;
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`The body of ${what} is no JSON: ${errorText(error)}`);
  }
}
