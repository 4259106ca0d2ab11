/** Draining against answers, cancels, new requests and ends, in an order that is drawn. */
import { assert } from "@std/assert";
import { tick } from "../../../internal/event_loop.ts";
import { RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { Prng } from "../../fuzz/prng.ts";
import { sized } from "../../support/suite/long.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";

const STEPS = 40;

/** One side: it serves, asks, cancels and answers. */
class Side {
  readonly peer: TestPeer;
  readonly #serving: Promise<void>;
  readonly #waiting: (() => void)[] = [];
  readonly #aborts: AbortController[] = [];
  readonly #calls: Promise<void>[] = [];
  readonly #drains: Promise<void>[] = [];
  /** What went wrong. */
  readonly faults: unknown[] = [];

  constructor(peer: TestPeer) {
    this.peer = peer;
    this.#serving = peer.serve({
      1: async (_request, _body, { signal }) => {
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener("abort", () => resolve());
          this.#waiting.push(resolve);
        });
        return "done";
      },
    });
  }

  /** Does one thing. */
  step(prng: Prng): void {
    const kind = prng.int(0, 9);
    if (kind < 4) this.#call();
    else if (kind < 7) this.#waiting.splice(prng.int(0, 3), 1)[0]?.();
    else if (kind < 9) this.#aborts.pop()?.abort(new Error("cancelled"));
    else if (prng.oneIn(4)) this.drain();
  }

  drain(): void {
    this.#drains.push(this.peer.drain({ grace: Infinity }));
  }

  #call(): void {
    const abort = new AbortController();
    this.#aborts.push(abort);
    const { signal } = abort;
    this.#calls.push(
      this.peer.call(1, "", { signal }).then(() => {}, (error) => {
        if (signal.aborted && error === signal.reason) return;
        if (error instanceof RpcError && isExpected(error)) return;
        this.faults.push(error);
      }),
    );
  }

  /** Answers all that is open, and waits for the end. */
  async end(): Promise<void> {
    this.drain();
    const ended = Promise.all([...this.#drains, ...this.#calls, this.#serving]);
    let over = false;
    ended.finally(() => over = true);
    while (!over) {
      for (const answer of this.#waiting.splice(0)) answer();
      await tick();
    }
    await ended;
  }
}

/** A refusal because of draining, or the end of the connection. */
function isExpected({ code, reason }: RpcError): boolean {
  return code === "connection-closed" ||
    (code === "remote-error" && reason === "unavailable");
}

async function play(scene: Scene, seed: number, extensions: boolean) {
  const prng = new Prng(seed);
  const peers = await scene.pair({ extensions, maxOpenSentRequests: 3 });
  const sides = peers.map((peer) => new Side(peer));
  for (let i = 0; i < STEPS; i++) {
    sides[prng.int(0, 1)]!.step(prng);
    if (prng.oneIn(3)) {
      await tick();
    }
  }
  await Promise.all(sides.map((side) => side.end()));
  for (const { peer, faults } of sides) {
    assert(faults.length === 0, `seed ${seed}: ${faults.join(", ")}`);
    const { openSentRequests, openReceivedRequests } = peer.stats();
    assert(
      openSentRequests === 0 && openReceivedRequests === 0,
      `seed ${seed}: ${openSentRequests}, ${openReceivedRequests} are open`,
    );
  }
}

for (const extensions of [false, true]) {
  const what = extensions ? "with" : "without";
  conformance(
    `whatever comes first, all settles ${what} extensions`,
    async (scene) => {
      for (let seed = 1; seed <= sized(2, 10); seed++) {
        await play(scene, seed, extensions);
      }
    },
  );
}
