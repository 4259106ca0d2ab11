/**
 * The client of suspended_test.ts, over each address that is an argument. Asks for a lot,
 * and says so; when its input ends, it takes all that was asked for, and says what has
 * become of it.
 */
import { connect, type PeerHandle } from "../../mod.ts";
import { COUNT, ECHO } from "../../tools/soak/services.ts";
import { TIMEOUTS } from "./suspended.ts";

const BODY = new Uint8Array(100_000);
/** Fewer than pause reading: what isn't read isn't judged. */
const UPDATES = 500;

const peers = await Promise.all(
  Deno.args.map((address) =>
    connect(address, TIMEOUTS) as unknown as Promise<PeerHandle>
  ),
);
const asked = await Promise.all(peers.map(async (peer) => ({
  peer,
  updates: await peer.sendRequest(COUNT, `${UPDATES}`),
  echoes: Array.from(
    { length: 50 },
    () => peer.call(ECHO, BODY).then(({ body }) => body.data.length),
  ),
})));
console.log("asked");
for await (const _ of Deno.stdin.readable);
const outcomes = await Promise.all(
  asked.map(async ({ peer, updates, echoes }) => {
    let taken = 0;
    for await (const _update of updates) taken++;
    const { length } = await Promise.all(echoes);
    await peer.close();
    return `${taken} ${length} ${(await peer.closed)?.code ?? "in order"}`;
  }),
);
console.log(outcomes.join(", "));
Deno.exit();
