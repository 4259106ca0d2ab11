/**
 * Run by lost_region_test.ts, in a process of its own, which has no descriptor left when
 * that of a region comes. Writes a line of JSON.
 */
import type { RpcError } from "../../../mod.ts";
import { lowerLimit, RLIMIT } from "../../support/processes/limits.ts";
import { FrameScene, LEN } from "./support.ts";

await using scene = new FrameScene();
const [left, right] = scene.pair();
const pool = scene.pool(left);
const leases = [pool.lend(LEN), pool.lend(LEN), pool.lend(LEN)] as const;
const held = pool.stats().regions;

/** Takes a frame: for what, and its first byte. */
async function take(): Promise<[serviceId: number, byte: number]> {
  const next = await right.recvMessage();
  if (next?.kind !== "stream") throw new Error(`Got ${next?.kind}`);
  using body = next.message.body;
  return [next.message.header.serviceId, body.data[0]!];
}

// What is imported late is there then: Deno panics where it has no descriptor for that.
leases[2].bytes.fill(3);
await left.sendStream(3, leases[2]);
const first = await take();
let error: RpcError | null;
{
  using _ = lowerLimit(RLIMIT.NOFILE, 3);
  leases[0].bytes.fill(1);
  await left.sendStream(1, leases[0]);
  error = await right.recvMessage().then(() => null, (error) => error);
}
leases[1].bytes.fill(2);
await left.sendStream(2, leases[1]);
const next = await take();
for (const lease of leases) lease.release();
// The pool gives up a region that the other side can't have.
const { regions, lent } = pool.stats();
console.log(JSON.stringify({
  code: error?.code,
  fatal: error?.fatal,
  message: error?.message,
  taken: [first, next],
  regions: [held, regions, lent],
}));
