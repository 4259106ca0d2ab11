/**
 * Run by open_test.ts, in a process of its own, whose the umask is. Writes a line
 * of JSON for each.
 */
import { FileDescriptor } from "../../transports/descriptor/mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";

using folder = new TempDir();

function modeOf(name: string, mode?: number): number {
  const path = `${folder.path}/${name}`;
  const options = { write: true, create: true, ...(mode && { mode }) };
  using fd = FileDescriptor.open(path, options);
  return fd.stat().mode! & 0o777;
}

for (const umask of [0o022, 0, 0o077]) {
  Deno.umask(umask);
  console.log(JSON.stringify({
    default: modeOf(`${umask} default`),
    given: modeOf(`${umask} given`, 0o640),
  }));
}
