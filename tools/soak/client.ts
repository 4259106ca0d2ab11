/**
 * A client of `deno task soak`. The arguments are the JSON of its links, and a seed.
 * Connects, asks at random, and closes, over all links at once; answers each line of its
 * input with its figures, and ends with its input.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type PeerHandle } from "../../mod.ts";
import { Prng } from "../../tests/fuzz/prng.ts";
import { linesOf } from "../lines_of.ts";
import { Accounting } from "./account.ts";
import type { Link } from "./addresses.ts";
import { figures, type Question } from "./figures.ts";
import { OPTIONS } from "./services.ts";
import { Traffic } from "./traffic.ts";

const links: Link[] = JSON.parse(Deno.args[0]!);
const prng = new Prng(Number(Deno.args[1]));
const accounting = new Accounting();
const traffic = new Traffic(prng, accounting);
const counts = { connections: 0, refused: 0 };
let over = false;

async function run(link: Link): Promise<void> {
  while (!over) {
    let peer: PeerHandle;
    try {
      peer = await connect(link.address, {
        ...OPTIONS,
        ...link.options,
        onError() {},
        signal: AbortSignal.timeout(10_000),
      }) as unknown as PeerHandle;
    } catch {
      // Its server is killed now and then, and is about to be back.
      counts.refused++;
      await sleep(20);
      continue;
    }
    counts.connections++;
    await traffic.session(peer, {
      rounds: prng.int(1, 400),
      atOnce: 64,
      carries: link,
      isOver: () => over,
    });
    await peer.close();
  }
}

const running = Promise.all(links.map(run));
for await (const line of linesOf(Deno.stdin.readable)) {
  report(line as Question);
}
over = true;
await running;
report("figures");

function report(question: Question): void {
  const { account } = accounting;
  const { updates } = traffic;
  const told = { ...figures(question), ...counts, updates, account };
  console.log(JSON.stringify(told));
}
