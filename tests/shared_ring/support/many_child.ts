/**
 * The two sides of many connections: `serve ADDRESS`, or `connect ADDRESS COUNT`.
 * Each connection is busy with much traffic once, and idle then. On a line of its
 * input it prints how much memory is held, in bytes: before the
 * connections, and after they have been idle.
 */
import { connect, listen, type PeerHandle } from "../../../mod.ts";
import { memoryLen } from "../../../transports/shared_ring/ring_layout.ts";
import { linesOf } from "../../../tools/lines_of.ts";

const RING = 256 * 1024;
const OPTIONS = {
  maxBodyLenRead: 2 ** 20,
  maxBodyLenWrite: 2 ** 20,
  ringSize: RING,
};
const [role, address, count] = Deno.args;
const { gc } = globalThis as unknown as { gc(): void };

/** What JavaScript counts as a buffer of its own: the memory of a connection. */
const MAPPING = memoryLen({ there: RING, back: RING });
let mapped = 0;

/**
 * The memory of JavaScript's objects and buffers, and on one side the pages of all
 * rings. What the allocator keeps for later isn't held by a connection.
 */
function heldBytes(): number {
  gc();
  const { heapUsed, external } = Deno.memoryUsage();
  const own = heapUsed + external - mapped;
  if (role !== "serve") return own;
  const text = Deno.readTextFileSync("/proc/self/status");
  const shared = Number(/^RssShmem:\s+(\d+) kB/m.exec(text)![1]);
  return own + 1024 * shared;
}

const peers: PeerHandle[] = [];
if (role === "serve") {
  const listener = listen(`unix+shm:${address}`, OPTIONS);
  listener.run((peer) => {
    mapped += MAPPING;
    return peer.serve({ 1: (_request, body) => body });
  });
}
console.log(heldBytes());
for await (const line of linesOf(Deno.stdin.readable)) {
  if (line === "connect") {
    for (let i = 0; i < Number(count); i++) {
      peers.push(await connect(`unix+shm:${address}`, OPTIONS));
      mapped += MAPPING;
    }
    for (const peer of peers) {
      const big = new Uint8Array(60_000);
      const small = new Uint8Array(1000);
      for (let i = 0; i < 3; i++) {
        (await peer.call(1, big)).body[Symbol.dispose]();
        await Promise.all(
          Array.from({ length: 200 }, () => peer.call(1, small)),
        );
      }
    }
    console.log(peers.length);
  } else console.log(heldBytes());
}
Deno.exit();
