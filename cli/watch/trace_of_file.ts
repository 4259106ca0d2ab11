import { open } from "node:fs/promises";
import { CaptureError } from "../capture/capture_error.ts";
import { readTrace } from "../capture/read_trace.ts";
import type { TraceEvent } from "../capture/trace_event.ts";
import { CliError, exitCode, usageError } from "../exit_code.ts";

/** The options of the command about captures. */
export interface TraceFileOptions {
  /** The longest body of a byte stream. */
  readonly maxBody?: number | undefined;
  /** The byte order of TCP; guessed where it isn't given. */
  readonly endian?: "little" | "big" | "native" | undefined;
  /** Only the TCP connections of a port. */
  readonly port?: number | undefined;
}

const CHUNK_LEN = 256 * 1024;
const MAX_BODY = 64 * 1024 * 1024;

/**
 * What a capture tells.
 *
 * @throws {CliError} If it can't be read, or not to its end.
 */
export async function* traceOfFile(
  file: string,
  { maxBody = MAX_BODY, endian, port }: TraceFileOptions,
): AsyncGenerator<TraceEvent> {
  if (endian === "native") throw usageError("A capture is little or big");
  try {
    yield* readTrace(chunksOf(file), { maxBody, endian, port });
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    throw new CliError(exitCode.FAILED, `${file}: ${error.message}`);
  }
}

/** The bytes of a file. */
async function* chunksOf(
  path: string,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const file = await open(path);
  try {
    for (;;) {
      const chunk = new Uint8Array(CHUNK_LEN);
      const { bytesRead } = await file.read(chunk);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
