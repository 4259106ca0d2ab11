/**
 * Looks after the program that its arguments are. Kills it once, ends it, and prints
 * what has become of it; after "wait" it does neither.
 */
import process from "node:process";
import { type ProcessEnd, supervise } from "@fizyr/rpc/supervise";

const [how, program, ...args] = process.argv.slice(2);
const lines: string[] = [];
const killed = Promise.withResolvers<ProcessEnd>();
const supervisor = supervise({
  name: "child",
  command: [program!, ...args],
  maxBodyLenRead: 1e6,
  maxBodyLenWrite: 1e6,
  output: (line, stream) => lines.push(`${stream}: ${line}`),
  onProcess: (event) => {
    if (event.kind === "ended") killed.resolve(event);
  },
});
const { link } = supervisor;

async function pid(): Promise<number> {
  return Number((await link.call(1, "", { idempotent: true })).text());
}

if (how === "wait") await supervisor.finished;
const first = await pid();
const isOwn = first === supervisor.pid;
const large = new Uint8Array(1e6).fill(7);
const { body } = await link.call(2, large);
const echoed = body.data.length === 1e6 &&
  body.data.every((byte) => byte === 7);
process.kill(first, "SIGKILL");
const { signal } = await killed.promise;
const isAnother = await pid() !== first;
const { status } = await supervisor.stop();
const { starts } = supervisor;
console.log(
  JSON.stringify({ isOwn, echoed, signal, isAnother, starts, status, lines }),
);
