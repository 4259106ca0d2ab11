/**
 * A program that is killed or stopped: `send ADDRESS SEED` sends frames, filled with
 * one byte each, as stream messages and calls; `view ADDRESS SEED` takes them, and
 * holds some for a while. Both print a line now and then.
 */
import { connect, SharedMemoryPool } from "../../../mod.ts";
import { Prng } from "../../fuzz/prng.ts";

const [role, address, seed] = Deno.args;
const prng = new Prng(Number(seed));
const peer = await connect(`unix+shm:${address}`, {
  ringSize: 4096,
  maxInboxBytes: 2 ** 30,
});
let count = 0;
const done = (): void => {
  if (++count % 16 === 0) console.log(count);
};
if (role === "send") {
  using pool = new SharedMemoryPool(peer, { maxRegions: 4 });
  const sender = async (): Promise<void> => {
    for (;;) {
      using lease = await pool.lendWhenFree(2 ** prng.int(16, 20));
      lease.bytes.fill(count % 256);
      if (prng.oneIn(3)) await peer.call(2, lease);
      else await peer.sendStream(1, lease);
      done();
    }
  };
  await Promise.all([sender(), sender()]);
} else {
  const held: Disposable[] = [];
  for await (const message of peer) {
    if (message.kind !== "stream") continue;
    const { body } = message.message;
    const [first] = body.data;
    if (body.data.at(-1) !== first) throw new Error("A frame was written over");
    held.push(body);
    if (held.length > prng.int(0, 3)) held.shift()![Symbol.dispose]();
    done();
  }
}
