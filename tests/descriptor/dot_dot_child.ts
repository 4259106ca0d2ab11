/**
 * Run by dot_dot_test.ts, with access to one folder: prints what is read by each
 * path of its arguments, by Deno and by a FileDescriptor.
 */
import { FileDescriptor } from "../../transports/descriptor/mod.ts";

function outcome(read: () => string): string {
  try {
    return read();
  } catch (error) {
    return (error as Error).name;
  }
}

function readAll(path: string): string {
  using fd = FileDescriptor.open(path);
  const buffer = new Uint8Array(64);
  const length = fd.readSync(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, length));
}

for (const path of Deno.args) {
  console.log(JSON.stringify([
    outcome(() => Deno.readTextFileSync(path)),
    outcome(() => readAll(path)),
  ]));
}
