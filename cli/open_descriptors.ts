import { errorText } from "../internal/error_text.ts";
import { FileDescriptor } from "../transports/descriptor/file_descriptor.ts";
import { CliError, exitCode, usageError } from "./exit_code.ts";

/** Descriptors that are closed together. */
export interface OpenDescriptors extends Disposable {
  /** All of them. */
  readonly list: readonly FileDescriptor[];
}

/**
 * Opens the files whose descriptors go with a body, for reading.
 *
 * @throws {CliError} If the address carries none, or a file can't be opened.
 */
export function openDescriptors(
  address: string,
  paths: readonly string[] = [],
): OpenDescriptors {
  if (paths.length > 0 && !/^unix\+(seqpacket|shm):/.test(address)) {
    throw usageError(
      "Only unix+seqpacket: and unix+shm: carry descriptors, so --fd needs one of them",
    );
  }
  using opened = new DisposableStack();
  const list = paths.map((path) => {
    try {
      return opened.use(FileDescriptor.open(path));
    } catch (error) {
      throw new CliError(exitCode.FAILED, errorText(error));
    }
  });
  const kept = opened.move();
  return { list, [Symbol.dispose]: () => kept.dispose() };
}
