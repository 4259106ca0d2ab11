/** Two willing sides under load both ways get on, whatever the mix: measured by what is delivered. */
import { assertEquals } from "@std/assert";
import { type PeerOptions, RpcError } from "../../mod.ts";
import { Prng } from "../fuzz/prng.ts";
import { conformance } from "../support/conformance.ts";
import { isPending } from "../support/expect.ts";
import { sized } from "../support/suite/long.ts";
import { HandClock } from "../support/hand_clock.ts";
import type { Scene, TestPeer } from "../support/scene.ts";

/** What one side does. */
interface Load {
  readonly calls: number;
  readonly callsAtOnce: number;
  readonly responseLen: number;
  readonly streams: number;
  readonly jobs: number;
  readonly updates: number;
}

const ECHO = 1;
const JOB = 2;
const UPDATE = 3;

/** So many at a time, until all are done. */
async function atOnce(
  count: number,
  limit: number,
  work: (i: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, worker));
}

/** Serves the other side; how many stream messages have come, once all have. */
function serve(peer: TestPeer, load: Load): Promise<void> {
  const all = Promise.withResolvers<void>();
  let streams = 0;
  if (load.streams === 0) all.resolve();
  const body = new Uint8Array(load.responseLen);
  peer.serve({
    [ECHO]: () => body,
    [JOB]: async (request) => {
      // What takes waits for nothing but what comes.
      const taking = (async () => {
        for (let i = 0; i < load.updates; i++) await request.recvUpdate();
      })();
      for (let i = 0; i < load.updates; i++) {
        await request.sendUpdate(UPDATE, "progress");
      }
      await taking;
      return "done";
    },
  }, {
    stream: () => {
      if (++streams === load.streams) all.resolve();
    },
  });
  return all.promise;
}

async function ask(peer: TestPeer, load: Load): Promise<void> {
  const calling = atOnce(load.calls, load.callsAtOnce, async () => {
    const { body } = await peer.call(ECHO, "");
    assertEquals(body.data.length, load.responseLen);
  });
  const streaming = atOnce(
    load.streams,
    1,
    () => peer.sendStream(4, "38.5"),
  );
  const working = atOnce(load.jobs, 4, async () => {
    const request = await peer.sendRequest(JOB, "");
    const sending = (async () => {
      for (let i = 0; i < load.updates; i++) {
        await request.sendUpdate(UPDATE, "more");
      }
    })();
    let updates = 0;
    for await (const _update of request) updates++;
    assertEquals(updates, load.updates);
    assertEquals((await request.recvResponse()).text(), "done");
    await sending;
  });
  await Promise.all([calling, streaming, working]);
}

async function run(
  scene: Scene,
  load: Load,
  options: PeerOptions,
): Promise<void> {
  const peers = await scene.pair({ ...scene.limits(1 << 20), ...options });
  const served = peers.map((peer) => serve(peer, load));
  await Promise.all([...peers.map((peer) => ask(peer, load)), ...served]);
  for (const peer of peers) {
    const { refusedRequests, droppedMessages, reading } = peer.stats();
    assertEquals([refusedRequests, droppedMessages, reading.paused], [
      0,
      0,
      false,
    ]);
  }
}

conformance(
  "20 calls of 1 MB in flight each way and one stream of small messages each way go on",
  (scene) => {
    const responseLen = Math.min(1_000_000, scene.transport.maxBodyLen);
    return run(scene, {
      calls: 40,
      callsAtOnce: 20,
      responseLen,
      streams: sized(2000, 5000),
      jobs: 0,
      updates: 0,
    }, {});
  },
);

function randomLoad(random: Prng, scene: Scene): Load {
  return {
    calls: random.int(10, 60),
    callsAtOnce: random.int(1, 30),
    responseLen: Math.min(
      random.pick([0, 100, 5000, 100_000, 300_000]),
      scene.transport.maxBodyLen,
    ),
    streams: random.int(0, 500),
    jobs: random.int(0, 12),
    updates: random.int(1, 20),
  };
}

function tinyLimits(
  random: Prng,
  { callsAtOnce, responseLen }: Load,
): PeerOptions {
  const tiny = (most: number): number => random.int(1, most);
  return {
    maxInboxMessages: tiny(20),
    maxInboxBytes: tiny(5000),
    maxRequestInboxMessages: tiny(5),
    maxRequestInboxBytes: tiny(3000),
    writeQueueBytes: tiny(3000),
    // A quarter of all that may be asked at once fits: else requests give way.
    replyQueueBytes: Math.ceil(callsAtOnce * (responseLen + 256) / 4) +
      random.int(500, 20_000),
    maxOpenSentRequests: tiny(40),
  };
}

for (let seed = 1; seed <= sized(3, 6); seed++) {
  conformance(`a random load both ways goes on (seed ${seed})`, (scene) => {
    const random = new Prng(seed);
    const load = randomLoad(random, scene);
    return run(scene, load, tinyLimits(random, load));
  });
}

for (let seed = 1; seed <= sized(1, 6); seed++) {
  conformance(
    `a random load both ways goes on with the default limits (seed ${seed})`,
    (scene) => {
      const load = randomLoad(new Prng(seed), scene);
      // Enough of them to fill queues of the default size.
      const many = { calls: 10 * load.calls, callsAtOnce: load.calls };
      const updates = 20 * load.updates;
      return run(scene, { ...load, ...many, updates }, {});
    },
  );
}

conformance(
  "two peers whose responses are over replyQueueBytes get on, and refuse what they must",
  async (scene) => {
    const clock = new HandClock();
    const responseLen = Math.min(20_000, scene.transport.maxBodyLen);
    const peers = await scene.pair({
      ...scene.limits(responseLen),
      clock,
      maxInboxMessages: 1,
      writeQueueBytes: 1,
      replyQueueBytes: 1,
      stallTimeout: 10_000,
    });
    const body = new Uint8Array(responseLen);
    const count = 30;
    const outcomes = { answered: 0, refused: 0, streams: 0 };
    const asking = peers.flatMap((peer) => {
      peer.serve({ [ECHO]: () => body }, {
        stream: () => void outcomes.streams++,
      });
      return Array.from({ length: count }, async () => {
        try {
          await peer.call(ECHO, "");
          outcomes.answered++;
        } catch (error) {
          if (!(error instanceof RpcError)) throw error;
          const { code, reason, message } = error;
          assertEquals(
            [code, reason],
            ["remote-error", "limit-exceeded"],
            message,
          );
          outcomes.refused++;
        }
        await peer.sendStream(4, "");
      });
    });
    const all = Promise.all(asking);
    // In small steps: a peer that isn't blocked has to get on before stallTimeout is over.
    for (let i = 0; i < 4000 && await isPending(all); i++) {
      await scene.pace(10);
      clock.turn(250);
    }
    await all;
    await scene.pace();
    assertEquals(outcomes.answered + outcomes.refused, 2 * count);
    assertEquals(outcomes.streams, 2 * count);
  },
  // Over public streams a stall is judged by whole batches, and these are long.
  ({ name }) => !name.endsWith("streams") || name === "byte streams",
);
