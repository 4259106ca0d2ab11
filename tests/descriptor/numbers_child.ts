/**
 * Run by close_test.ts, in a process of its own, so that nothing else takes the
 * numbers that are freed here. Writes a line of JSON.
 */
import { FileDescriptor } from "../../transports/descriptor/mod.ts";
import { pipe } from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

function count(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

using folder = new TempDir();
const path = `${folder.path}/other`;
Deno.writeTextFileSync(path, "other");
const bytes = new Uint8Array(64).fill(7);
{
  // Whatever the runtime opens at the first use of a thread.
  using ends = pipe();
  await ends.writer.write(bytes);
  await ends.reader.read(bytes);
}
const before = count();

// The lowest free number is given next.
const first = FileDescriptor.open(path, "r");
const number = first.fd;
first.close();
const second = FileDescriptor.open(path, "r+");
const reused = second.fd === number;
first.close();
first[Symbol.dispose]();
let openAfterSecondClose = true;
try {
  second.stat();
} catch {
  openAfterSecondClose = false;
}
const late = [
  () => first.writeSync(bytes),
  () => first.dup().close(),
];
for (const use of late) {
  try {
    use();
    throw new Error("A closed descriptor was used");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
const contentAfterLateUse = Deno.readTextFileSync(path);
second.close();

// A thread that reads holds on to its number.
const file = FileDescriptor.open(path, "r");
const waiting = file.fd;
const reading = file.read(bytes);
file.close();
const third = FileDescriptor.open(path, "r");
const reusedWhileReading = third.fd === waiting;
await reading;
const fourth = FileDescriptor.open(path, "r");
const reusedAfterReading = fourth.fd === waiting;
for (const fd of [third, fourth]) fd.close();

console.log(JSON.stringify({
  reused,
  openAfterSecondClose,
  contentAfterLateUse,
  reusedWhileReading,
  reusedAfterReading,
  leaked: count() - before,
}));
