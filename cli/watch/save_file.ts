import { open } from "node:fs/promises";
import { CaptureWriter } from "../capture/capture_writer.ts";

/** A capture that is written to a file. */
export interface SavedFile {
  /** Takes what happens. */
  readonly writer: CaptureWriter;
  /** Writes the rest, and closes the file. */
  close(): Promise<void>;
}

/**
 * Begins a file; one that is there already is replaced.
 *
 * @throws If it can't be written.
 */
export async function saveFile(
  path: string,
  address: string,
): Promise<SavedFile> {
  const file = await open(path, "w");
  const writer = new CaptureWriter(address, (bytes) => file.writeFile(bytes));
  return {
    writer,
    close: async () => {
      try {
        await writer.close();
      } finally {
        await file.close();
      }
    },
  };
}
