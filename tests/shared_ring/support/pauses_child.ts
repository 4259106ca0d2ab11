/**
 * One side of a connection whose two sides pause for random times, around those for
 * which they look before they sleep: `serve ADDRESS SEED`, or `call ADDRESS SEED
 * COUNT`, which prints how many calls were answered.
 */
import { connect, listen, SharedMemoryPool } from "../../../mod.ts";
import { Prng } from "../../fuzz/prng.ts";

const [role, address, seed, count] = Deno.args;
const prng = new Prng(Number(seed));

/** Pauses for some microseconds, or until a timer has fired. */
async function pause(): Promise<void> {
  if (prng.oneIn(200)) {
    await new Promise((resolve) => setTimeout(resolve, prng.int(0, 2)));
  } else if (prng.oneIn(2)) {
    const until = performance.now() + prng.int(0, 120) / 1000;
    while (performance.now() < until);
  }
}

// A small ring is full now and then, too.
const options = { ringSize: 4096, maxBodyLenRead: 5000, maxBodyLenWrite: 5000 };
if (role === "serve") {
  const listener = listen(`unix+shm:${address}`, options);
  listener.run((peer) =>
    peer.serve({
      1: async (_request, body) => {
        await pause();
        return body;
      },
      2: async (_request, body) => {
        using frame = body;
        const { length } = frame.data;
        await pause();
        return `${length}`;
      },
    })
  );
  console.log("ready");
} else {
  await using peer = await connect(`unix+shm:${address}`, options);
  // One region: the next frame waits for the release of the one before.
  using pool = new SharedMemoryPool(peer, { maxRegions: 1 });
  let answered = 0;
  const callWithFrame = async (): Promise<void> => {
    using lease = await pool.lendWhenFree(2 ** 16);
    lease.bytes[0] = answered % 256;
    const { body } = await peer.call(2, lease);
    if (Number(body.text()) !== lease.size) {
      throw new Error("Another body came");
    }
    answered++;
  };
  const caller = async (): Promise<void> => {
    while (answered < Number(count)) {
      await pause();
      if (prng.oneIn(8)) {
        await callWithFrame();
        continue;
      }
      const length = prng.oneIn(20) ? prng.int(0, 5000) : prng.int(0, 60);
      const { body } = await peer.call(1, new Uint8Array(length));
      if (body.data.length !== length) throw new Error("Another body came");
      answered++;
    }
  };
  // Alone for the most part, and two at once now and then.
  await caller();
  answered = 0;
  await Promise.all([caller(), caller()]);
  console.log(answered);
}
