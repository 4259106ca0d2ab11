/**
 * Run by decoding_child.ts: connects to the path in its argument, hands over memory
 * of a SharedMemory or of a pool, and rewrites it until the connection ends.
 */
import { connect } from "../../endpoints/unix_seqpacket.ts";
import { tick } from "../../internal/event_loop.ts";
import {
  SharedMemory,
  SharedMemoryPool,
} from "../../transports/shared_memory/mod.ts";

const REWRITES_A_TURN = 200;

const [path, what, size] = Deno.args;
await using peer = await connect(path!);
using pool = new SharedMemoryPool(peer);
using memory = what === "pool"
  ? pool.lend(Number(size))
  : SharedMemory.create(Number(size));
if (memory instanceof SharedMemory) memory.seal();

// The one is twice as many characters as the other.
const ascii = new Uint8Array(memory.size).fill(0x41);
const umlauts = new Uint8Array(memory.size);
umlauts.set(new TextEncoder().encode("ä".repeat(memory.size / 2)));
const { bytes } = memory;
let ended = false;
peer.closed.then(() => ended = true);
await peer.sendStream(1, { data: "", fds: [memory.fd] });
while (!ended) {
  for (let i = 0; i < REWRITES_A_TURN; i++) {
    bytes.set(umlauts);
    bytes.set(ascii);
  }
  await tick();
}
