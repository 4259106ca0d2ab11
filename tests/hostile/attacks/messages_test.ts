/** Floods of messages over every transport: what is held, whether others are served, how it ends. */
import { assert, assertEquals } from "@std/assert";
import { type Message, MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import type { RawEnd } from "../../support/raw_end.ts";
import type { Scene } from "../../support/scene.ts";
import { LONG, sized } from "../../support/suite/long.ts";
import type { TransportUnderTest } from "../../support/transport_under_test.ts";
import { type Attack, BATCH, LIMITS } from "./attack.ts";
import { ATTACKS } from "./attacks.ts";
import { AttackedServer } from "./server.ts";

/** How many messages a flood has that isn't stopped. */
const COUNT = sized(20, 500) * BATCH;
/** More than that never goes out before a flood is stopped. */
const MOST = 1_000_000;
/** The id of the request that comes last. */
const LAST = 0xffff_fffe;

/** The flood of a hostile client. */
class Flood {
  /** How many messages it has sent. */
  sent = 0;
  readonly #attack: Attack;
  readonly #raw: RawEnd;
  readonly #answered = Promise.withResolvers<Message>();
  #over = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(attack: Attack, raw: RawEnd) {
    this.#attack = attack;
    this.#raw = raw;
  }

  /** Begins; what comes is read meanwhile, if the attack does so. */
  async begin(): Promise<void> {
    await this.#attack.begin?.(this.#raw);
    const reading = this.#attack.reads ? this.#read() : null;
    this.#work = Promise.allSettled([this.#send(), reading]);
  }

  /** The response to the last request, which comes behind all others. */
  get answer(): Promise<Message> {
    return this.#answered.promise;
  }

  /** Ends it; its connection has to end too. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#work;
  }

  async #send(): Promise<void> {
    const endless = this.#attack.pausedBy !== null;
    while (!this.#over && (endless || this.sent < COUNT)) {
      assert(this.sent < MOST, "The flood is never stopped");
      await this.#raw.sendBatch(
        Array.from(
          { length: BATCH },
          () => this.#attack.message(this.sent++),
        ),
      );
    }
    if (!endless) {
      await this.#raw.send(MessageType.Request, LAST, 1, "still there?");
    }
  }

  async #read(): Promise<void> {
    for (;;) {
      const message = await this.#raw.recv();
      if (message === null) break;
      if (message.header.requestId === LAST) this.#answered.resolve(message);
    }
  }
}

async function attackServer(scene: Scene, attack: Attack): Promise<void> {
  await using server = await AttackedServer.start(
    scene,
    { ...LIMITS, ...attack.options },
    attack.serve,
  );
  const flood = new Flood(attack, await server.open());
  await flood.begin();
  await server.until(({ open }) => open === 2);
  const [, victim] = server.listener.peers;

  if (attack.pausedBy === null) {
    assertEquals((await flood.answer).isError, attack.refusesLast ?? false);
    attack.bounds(victim!.stats());
    attack.outcome?.(victim!.stats(), flood.sent);
  } else {
    // It has come to stand once nothing has come for some round trips.
    for (let before = -1;;) {
      await scene.pace(5);
      const stats = victim!.stats();
      attack.bounds(stats);
      if (stats.reading.paused && stats.messagesReceived === before) break;
      before = stats.messagesReceived;
    }
    const { reading } = victim!.stats();
    assertEquals(reading.paused && reading.by, attack.pausedBy);
  }
  await server.servesOthers();
  await Promise.all([flood.end(), server.end()]);
  const { openReceivedRequests, queuedBytes } = victim!.stats();
  assertEquals([openReceivedRequests, queuedBytes], [0, 0]);
}

for (const attack of ATTACKS) {
  conformance(
    `${attack.name}: little is held, and others are served`,
    (scene) => attackServer(scene, attack),
    // The buffers of the system hold hundreds of thousands of small answers.
    (transport) => LONG || !attack.hasSmallAnswers || !isSocket(transport),
  );
}

/** Whether it is a stream socket, or is carried by one. */
function isSocket(
  { permission, longBodyIsFatal }: TransportUnderTest,
): boolean {
  return permission !== null && longBodyIsFatal;
}
