import { errorText } from "../../internal/errors.ts";
import { FileDescriptor } from "../../transports/descriptor/file_descriptor.ts";
import { CliError, exitCode, usageError } from "../exit_code.ts";

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
  paths: readonly string[],
): OpenDescriptors {
  if (paths.length > 0 && !/^unix\+(seqpacket|shm):/.test(address)) {
    throw usageError(
      "Only unix+seqpacket: and unix+shm: carry descriptors, so --fd needs one of them",
    );
  }
  const list: FileDescriptor[] = [];
  const opened: OpenDescriptors = {
    list,
    [Symbol.dispose]() {
      for (const fd of list) fd.close();
    },
  };
  for (const path of paths) {
    try {
      list.push(FileDescriptor.open(path));
    } catch (error) {
      opened[Symbol.dispose]();
      throw new CliError(exitCode.FAILED, errorText(error));
    }
  }
  return opened;
}
