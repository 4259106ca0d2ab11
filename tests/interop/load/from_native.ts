import { assert, assertEquals } from "@std/assert";
import { tick } from "../../../internal/event_loop.ts";
import type { Prng } from "../../fuzz/prng.ts";
import type { Program } from "../support/program.ts";
import {
  COUNT,
  ECHO,
  FAIL,
  serve,
  STOP,
  TALK,
  TELL,
} from "../support/services.ts";
import { befall, optionsFor } from "./fates.ts";
import type { Round } from "./round.ts";

/** A request of a native client, and what it must print of it. */
interface Asked {
  readonly line: string;
  readonly updates: number;
  readonly end: string;
  /** Updates that it is to send. */
  readonly tells: number | null;
}

function ask(prng: Prng): Asked {
  const plain = { updates: 0, tells: null };
  const count = prng.int(0, 20);
  return prng.pick<() => Asked>([
    () => ({
      ...plain,
      line: `request ${ECHO} ${"e".repeat(count)}`,
      end: `response ${ECHO}: ${"e".repeat(count)}`,
    }),
    () => ({
      ...plain,
      line: `request ${COUNT} ${count}`,
      updates: count,
      end: `response ${COUNT}: counted to ${count}`,
    }),
    () => ({ ...plain, line: `request ${FAIL} no`, end: "error: no" }),
    () => ({
      line: `request ${TALK}`,
      tells: count,
      updates: 2 * count,
      end: `response ${TALK}: ${count}`,
    }),
  ])();
}

/** So many lines may be on their way to a client, which drops what is too much. */
const AHEAD = 4;

/** Tells a native client to ask, and keeps an account of what it prints. */
class Client {
  readonly #native: Program;
  readonly #asked: readonly Asked[];
  readonly #open = new Map<string, Asked & { seen: number }>();
  readonly wrong: string[] = [];
  /** How many requests it was told to send. */
  told = 0;
  #sent = 0;
  answered = 0;

  constructor(native: Program, asked: readonly Asked[]) {
    this.#native = native;
    this.#asked = asked;
  }

  /** Tells it, and reads what it prints, until `count` requests are answered, or to its end. */
  async run(count: number): Promise<void> {
    while (this.answered < count) {
      while (this.told < this.#asked.length && this.told < this.#sent + AHEAD) {
        this.#say(this.#asked[this.told++]!.line);
      }
      const line = await this.#native.line();
      if (line === undefined) return;
      this.#take(line);
    }
  }

  #say(line: string): void {
    // It may be killed before it has heard it.
    this.#native.say(line).catch(() => {});
  }

  #take(line: string): void {
    const [, id, what] = /^(?:sent )?(\d+)(?: (.*))?$/.exec(line) ?? [];
    if (id === undefined) return void this.wrong.push(line);
    if (what === undefined) {
      const asked = this.#asked[this.#sent++]!;
      this.#open.set(id, { ...asked, seen: 0 });
      if (asked.tells === null) return;
      this.#say(`updates ${id} ${TELL} ${asked.tells}`);
      return this.#say(`update ${id} ${STOP}`);
    }
    const request = this.#open.get(id);
    if (request === undefined) return void this.wrong.push(line);
    if (what.startsWith("update ")) return void request.seen++;
    this.#open.delete(id);
    this.answered++;
    const { end, updates, seen } = request;
    if (what !== end || seen !== updates) this.wrong.push(line);
  }
}

/**
 * Serves a native client, on which a fate comes in the middle.
 */
export const fromNative: Round = async (scene, fate, prng, count) => {
  const [peer, native] = await scene.fromNative("told", optionsFor(fate));
  const serving = serve(peer);
  const asked = Array.from({ length: count }, () => ask(prng));
  const client = new Client(native, asked);
  const lives = fate === "left alone" || fate === "frozen";
  // It would wait for ever, if nobody read what it prints.
  const running = client.run(lives ? count : Infinity);
  const until = prng.int(0, count / 2);
  while (client.answered < until) await tick();
  await befall(fate, peer, native);
  await running;
  const { told, answered, wrong } = client;
  assertEquals(wrong, []);
  if (lives) assertEquals(answered, count);
  if (lives) await peer.close();
  const error = await peer.closed;
  if (fate === "killed") {
    assert(error === null || error.code === "connection-aborted", `${error}`);
  }
  await native.hangUp();
  await Promise.all([serving, native.end()]);
  const { openSentRequests, openReceivedRequests, queuedBytes } = peer.stats();
  const left = [openSentRequests, openReceivedRequests, queuedBytes];
  assertEquals(left, [0, 0, 0]);
  return [told, told - answered];
};
