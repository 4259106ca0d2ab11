import { readFile } from "node:fs/promises";

/** The certificates of a file, as an option names it; none without one. */
export async function readCertificates(
  file: string | undefined,
): Promise<string[] | undefined> {
  return file === undefined ? undefined : [await readFile(file, "utf8")];
}
