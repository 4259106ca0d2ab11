/** Seeded schedules of cancel against response, against update, against the end of the connection. */
import { assert, assertEquals } from "@std/assert";
import { RpcError } from "../../../mod.ts";
import { tick } from "../../../internal/event_loop.ts";
import { Prng } from "../../fuzz/prng.ts";
import { conformance } from "../../support/conformance.ts";
import { fired } from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";
import { sized } from "../../support/suite/long.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import { until } from "../../support/stats.ts";

const CALLS = 40;
const REASON = new Error("enough");

/** How a request of a schedule may end. */
type Ending = "answered" | "aborted" | "deadline" | "failed" | "closed";

/** Answers after some turns, or some updates, or not before it is told to stop. */
function serveAtRandom(server: TestPeer, random: Prng): Promise<void> {
  return server.serve({
    1: async (request, _body, { signal }) => {
      const turns = random.int(0, 4);
      for (let i = 0; i < turns; i++) await tick();
      if (random.int(0, 3) === 0 && !signal.aborted) {
        await fired(signal);
        throw signal.reason;
      }
      const updates = random.int(0, 3);
      for (let i = 0; i < updates && !request.closed; i++) {
        await request.sendUpdate(2, "progress").catch(onlyClosed);
      }
      if (random.int(0, 5) === 0) throw new Error("failed as planned");
      return "done";
    },
  });
}

function onlyClosed(error: unknown): void {
  assert(
    error instanceof RpcError && error.code === "request-closed",
    `${error}`,
  );
}

/** One request, that ends in one of the ways; what it has come to. */
async function request(client: TestPeer, random: Prng): Promise<Ending> {
  const aborter = new AbortController();
  const { signal } = aborter;
  const options = random.int(0, 1) === 0 ? { signal } : { signal, timeout: 50 };
  const by = random.int(0, 2);
  const turns = random.int(0, 5);
  const aborting = (async () => {
    for (let i = 0; i < turns; i++) await tick();
    if (random.int(0, 2) === 0) aborter.abort(REASON);
  })();
  try {
    if (by === 0) await client.call(1, "", options);
    else {
      using sent = await client.sendRequest(1, "", options);
      if (by === 1) {
        for await (const _ of sent) if (random.int(0, 3) === 0) break;
      }
      if (random.int(0, 3) === 0) return "aborted";
      for (;;) {
        const response = await sent.recvResponse().catch(async (error) => {
          if (error.code !== "unexpected-message-type") throw error;
          while (await sent.recvUpdate() !== null);
        });
        if (response !== undefined) break;
      }
    }
    return "answered";
  } catch (error) {
    if (error === REASON) return "aborted";
    assert(error instanceof RpcError, `${error}`);
    assert(error.outcome !== undefined, `${error.code} has no outcome`);
    if (error.code === "deadline-exceeded") return "deadline";
    if (error.code === "connection-closed") return "closed";
    assertEquals(error.code, "remote-error", `${error}`);
    return "failed";
  } finally {
    await aborting;
  }
}

async function schedule(
  scene: Scene,
  seed: number,
  extensions: boolean,
): Promise<Map<Ending, number>> {
  const random = new Prng(seed);
  const clock = new HandClock();
  const [client, server] = await scene.pair({
    extensions,
    clock,
    maxOpenSentRequests: random.int(1, 10),
    onError: () => {},
  });
  const serving = serveAtRandom(server, random);
  const endings = Array.from({ length: CALLS }, () => request(client, random));
  const all = Promise.all(endings);
  const closes = random.int(0, 2) === 0;
  for (let i = 0; i < 20; i++) {
    clock.turn(random.int(0, 10));
    await tick();
  }
  if (closes) {
    const closer = random.int(0, 1) === 0 ? client : server;
    closer.close();
  }
  let over = false;
  all.finally(() => over = true);
  // What isn't aborted, nor limited in time, waits for a handler that waits for the end.
  for (let i = 0; !over; i++) {
    clock.turn(50);
    await tick();
    if (i === 20) client.close();
  }
  const counts = new Map<Ending, number>();
  for (const ending of await all) {
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  client.close();
  server.close();
  // Both wait for each other's end, which the clock must not cut short.
  await Promise.all([client.closed, server.closed, serving]);
  await until(scene, client, (stats) => stats.openSentRequests === 0);
  assertEquals(clock.pending, 0);
  return counts;
}

for (const extensions of [true, false]) {
  const what = extensions ? "with" : "without";
  conformance(
    `seeded schedules of calls end each of them once, ${what} extensions`,
    async (scene) => {
      const seen = new Set<Ending>();
      for (let seed = 1; seed <= sized(2, 8); seed++) {
        const counts = await schedule(scene, seed, extensions);
        let sum = 0;
        for (const [ending, count] of counts) {
          seen.add(ending);
          sum += count;
        }
        assertEquals(sum, CALLS, `seed ${seed}`);
      }
      assert(seen.has("answered") && seen.has("aborted"), `${[...seen]}`);
    },
  );
}
