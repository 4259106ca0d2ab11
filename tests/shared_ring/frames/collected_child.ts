/**
 * Run by collected_test.ts with `--expose-gc`: drops frames without disposing them.
 * Prints what is in use by their owner then, and how many regions it has.
 */
import { tick } from "../../../internal/event_loop.ts";
import { FrameScene, LEN } from "./support.ts";

const collect = (globalThis as unknown as { gc(): void }).gc;
await using scene = new FrameScene();
const [owner, viewer] = scene.pair();
const pool = scene.pool(owner);
for (let i = 0; i < 5; i++) {
  using lease = pool.lend(LEN);
  lease.bytes.fill(i);
  await owner.sendStream(1, lease);
}
/** Takes all frames, and keeps a view of one, whose body isn't kept. */
async function take(): Promise<Uint8Array> {
  let view = new Uint8Array();
  for (let i = 0; i < 5; i++) {
    const message = await viewer.recvMessage();
    if (message?.kind !== "stream") throw new Error("No frame came");
    if (i === 3) view = message.message.body.data.subarray(10);
  }
  return view;
}
/** Collects until so many are in use, or that doesn't come. */
async function settle(lent: number): Promise<number> {
  for (let i = 0; i < 30 && pool.stats().lent > lent; i++) {
    collect();
    await tick();
  }
  return pool.stats().lent;
}
let view: Uint8Array | null = await take();
const whileKept = await settle(0);
const first = view![0];
view = null;
const afterwards = await settle(0);
const { regions } = pool.stats();
console.log(JSON.stringify({ whileKept, first, afterwards, regions }));
