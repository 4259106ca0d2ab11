/** A peer that goes on sending when this side can't write any more. */
import { assert, assertEquals } from "@std/assert";
import { tick } from "../../internal/event_loop.ts";
import { isPending } from "../support/expect.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { frame, REQUEST, STREAM } from "../support/scripted_frames.ts";
import { Victim } from "../hostile/victim.ts";
import { assertEmpty, failWrite } from "./support.ts";

const KIB = 1024;
/** So many turns may pass before it is looked again. */
const TURNS = 20;

/** Says something in each turn of the event loop, until the victim has ended. */
class Flood {
  /** How many turns it has had. */
  rounds = 0;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  #over = false;
  #changed = Promise.withResolvers<void>();

  constructor(victim: Victim, bytes: Uint8Array) {
    const { connection } = victim;
    connection.closed.then(() => this.#over = true);
    this.ended = this.#run(victim, bytes);
  }

  /** Waits until it has had so many turns more. */
  async goOn(rounds: number): Promise<void> {
    const until = this.rounds + rounds;
    while (this.rounds < until && !this.#over) await this.#changed.promise;
  }

  async #run(victim: Victim, bytes: Uint8Array): Promise<void> {
    while (!this.#over && this.rounds < 5000) {
      // It fails when the victim has ended, which is looked at here.
      await victim.say(bytes).catch(() => {});
      await tick();
      this.rounds++;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }
}

for (const kind of SCRIPTED_KINDS) {
  for (const type of [STREAM, REQUEST]) {
    const what = type === STREAM ? "stream messages" : "one request id";

    Deno.test(`A flood of ${what} after a failed write is cut off after maxInboxBytes (${kind})`, async () => {
      const maxInboxBytes = 50 * KIB;
      const message = frame(type, 0, 1, new Uint8Array(KIB - 16));
      await using victim = new Victim({
        kind,
        maxInboxBytes,
        maxInboxMessages: 1,
      });
      const { peer } = victim;
      const flood = new Flood(victim, message);
      await flood.goOn(5);
      const before = peer.stats().bytesReceived;
      await failWrite(victim);
      assertEquals((await peer.closed)?.code, "connection-aborted");
      await flood.ended;
      const read = peer.stats().bytesReceived - before;
      // Messages may cost more than their bytes.
      assert(read > maxInboxBytes / 2, `only ${read} bytes were read`);
      // It is looked once in some turns, and each has brought one message.
      const most = maxInboxBytes + 3 * TURNS * message.length;
      assert(read < most, `${read} bytes were read`);
      assertEmpty(victim);
    });

    Deno.test(`A flood of ${what} after a failed write is cut off after a second (${kind})`, async () => {
      const message = frame(type, 0, 1);
      await using victim = new Victim({ kind, maxInboxMessages: 1 });
      const { peer, clock } = victim;
      const flood = new Flood(victim, message);
      await flood.goOn(5);
      await failWrite(victim);
      await flood.goOn(3 * TURNS);
      clock.turn(999);
      await flood.goOn(3 * TURNS);
      assert(await isPending(peer.closed), "it was cut off before");
      clock.turn(1);
      assertEquals((await peer.closed)?.code, "connection-aborted");
      await flood.ended;
      assert(flood.rounds < 1000, `after ${flood.rounds} turns`);
      assertEmpty(victim);
    });
  }

  Deno.test(`An end that comes within the second after a failed write counts (${kind})`, async () => {
    await using victim = new Victim({ kind, maxInboxMessages: 1 });
    const { peer } = victim;
    const flood = new Flood(victim, frame(STREAM, 0, 1));
    await flood.goOn(5);
    await failWrite(victim);
    await flood.goOn(3 * TURNS);
    victim.wire.output.endReads();
    assertEquals(await peer.closed, null);
    await flood.ended;
    assertEmpty(victim);
  });
}
