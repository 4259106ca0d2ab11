/**
 * Run by rewritten_test.ts: maps memory of another process, which rewrites it all
 * the while, and decodes and sorts it by the ways that are documented. Writes a
 * line of JSON: how often each way has seen something else than the time before.
 */
import { assert } from "@std/assert";
import { listen } from "../../endpoints/unix_seqpacket.ts";
import {
  SharedMemory,
  SharedMemoryPool,
} from "../../transports/shared_memory/mod.ts";
import { sized } from "../support/suite/long.ts";

const ROUNDS = sized(300, 1000);
/** Fewer changes, and nothing has been tried: the other process has had no CPU. */
const MIN_CHANGES = 5;
const MOST_ROUNDS = 1_000_000;
const SIZE = 60_000;

const [path, what] = Deno.args;
await using listener = listen(path!);
const rewriting = new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "-A",
    "--no-check",
    "--quiet",
    new URL("rewriting_child.ts", import.meta.url).href,
    path!,
    what!,
    `${SIZE}`,
  ],
}).spawn();
const peer = await listener.accept();
const message = await peer.recvMessage();
assert(message?.kind === "stream");
const [fd] = message.message.body.fds;
using pool = new SharedMemoryPool(peer);
const mapped = what === "pool" ? pool.map(fd!) : SharedMemory.from(fd!);

const decoder = new TextDecoder();
const WAYS: Record<string, () => string> = {
  "text()": () => mapped.text(),
  "a part's text()": () => mapped.text(1, SIZE - 1),
  "copy() decoded": () => decoder.decode(mapped.copy()),
  "copy() sorted": () => `${mapped.copy(0, SIZE).sort().at(-1)}`,
};
const changes: Record<string, number> = {};
for (const [way, look] of Object.entries(WAYS)) {
  changes[way] = 0;
  let before = "";
  for (let i = 0; i < ROUNDS || changes[way] < MIN_CHANGES; i++) {
    assert(i < MOST_ROUNDS, `${way}: nothing is rewritten`);
    const now = look();
    if (now !== before) changes[way]++;
    before = now;
  }
}
console.log(JSON.stringify(changes));
await peer.close();
const { success } = await rewriting.status;
assert(success);
