import { QUIET } from "../../support/quiet.ts";
import { linesOf } from "../../../tools/lines_of.ts";
import type { RawMemory } from "./raw_rings.ts";
import { CONTROL_LEN } from "../../../transports/shared_ring/ring_layout.ts";

const F_DUPFD_CLOEXEC = 1030;
const LAST_WORD = CONTROL_LEN / 4 - 1;

/** Something that writes into the memory of others until it is disposed. */
export type Scribbler = AsyncDisposable;

/** A thread that writes into rings. */
export async function scribblingThread(
  { memory }: RawMemory,
  seed: number,
  fcntl: (fd: number, command: number, value: number) => number,
): Promise<Scribbler> {
  const all = new Int32Array(memory.bytes.buffer);
  const worker = new Worker(new URL("./scribbler.ts", import.meta.url), {
    type: "module",
  });
  const next = (): Promise<unknown> =>
    new Promise((resolve) => worker.onmessage = resolve);
  const begun = next();
  // The worker closes it.
  const fd = fcntl(memory.fd.fd, F_DUPFD_CLOEXEC, 0);
  worker.postMessage({ fd, seed });
  await begun;
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      const stopped = next();
      Atomics.store(all, LAST_WORD, 1);
      await stopped;
      worker.terminate();
    },
  };
}

/** A process that writes into a descriptor's memory: see scribbling_process.ts. */
export async function scribblingProcess(
  fd: number,
  what: string,
): Promise<Scribbler> {
  const script = new URL("./scribbling_process.ts", import.meta.url).href;
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--quiet",
      script,
      `${Deno.pid}`,
      `${fd}`,
      what,
    ],
    stdin: "null",
    stdout: "piped",
    env: QUIET,
  }).spawn();
  const lines = linesOf(process.stdout).getReader();
  const { done } = await lines.read();
  if (done) throw new Error("The process has ended by itself");
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      process.kill("SIGKILL");
      await lines.cancel();
      await process.status;
    },
  };
}
