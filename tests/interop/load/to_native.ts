import { assert, assertEquals } from "@std/assert";
import { tick } from "../../../internal/event_loop.ts";
import { RpcError } from "../../../mod.ts";
import { Accounting, ended } from "../../../tools/soak/account.ts";
import type { Prng } from "../../fuzz/prng.ts";
import type { TestPeer } from "../../support/scene.ts";
import { fill } from "../support/pattern.ts";
import {
  ANSWER,
  CALL_BACK,
  COUNT,
  COUNTED,
  ECHO,
  FAIL,
  MEASURE,
  serve,
  STOP,
  STREAM_BACK,
  TALK,
  TELL,
} from "../support/services.ts";
import { befall, optionsFor } from "./fates.ts";
import type { Round } from "./round.ts";

/** What the native program sends has to fit the buffers of a socket (defect A). */
const MOST_BACK = 1000;
const AT_ONCE = 16;

/** Asks at random; each request has to be answered as it must, or to fail with a code. */
class Requests {
  readonly #prng: Prng;
  readonly #peer: TestPeer;
  readonly accounting = new Accounting();

  constructor(prng: Prng, peer: TestPeer) {
    this.#prng = prng;
    this.#peer = peer;
  }

  async ask(count: number): Promise<void> {
    const kinds = [
      ...[this.#echo, this.#count, this.#fail, this.#talk],
      ...[this.#callBack, this.#measure, this.#streamBack],
    ];
    let left = count;
    const run = async (): Promise<void> => {
      while (left-- > 0) {
        const kind = this.#prng.pick(kinds);
        await this.accounting.request(
          () => kind.call(this),
          (fault) => fault === null,
        );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, run));
  }

  /** The text of an answer; null is the one that it must be. */
  async #call(service: number, body: string, wanted: string) {
    const text = (await this.#peer.call(service, body)).text();
    return text === wanted ? null : text;
  }

  #echo(): Promise<string | null> {
    const text = "e".repeat(this.#prng.int(0, MOST_BACK));
    return this.#call(ECHO, text, text);
  }

  #callBack(): Promise<string | null> {
    return this.#call(CALL_BACK, "hello", "you said: hello");
  }

  #streamBack(): Promise<string | null> {
    const count = `${this.#prng.int(0, 20)}`;
    return this.#call(STREAM_BACK, count, count);
  }

  async #measure(): Promise<string | null> {
    const body = fill(this.#prng.int(0, 4000));
    const answer = await this.#peer.call(MEASURE, body);
    const wanted = `${body.length} intact`;
    return answer.text() === wanted ? null : answer.text();
  }

  async #fail(): Promise<string | null> {
    try {
      return (await this.#peer.call(FAIL, "as asked")).text();
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== "remote-error") {
        throw error;
      }
      return error.message === "as asked" ? null : error.message;
    }
  }

  async #count(): Promise<string | null> {
    const wanted = this.#prng.int(0, 50);
    using request = await this.#peer.sendRequest(COUNT, `${wanted}`);
    let seen = 0;
    for await (const { header, body } of request) {
      if (header.serviceId !== COUNTED || Number(body.text()) !== ++seen) {
        return `update ${seen}`;
      }
    }
    const answer = (await request.recvResponse()).text();
    const right = answer === `counted to ${wanted}` && seen === wanted;
    return right ? null : `${answer}, ${seen} updates`;
  }

  async #talk(): Promise<string | null> {
    const wanted = this.#prng.int(0, 20);
    using request = await this.#peer.sendRequest(TALK, "");
    for (let i = 0; i < wanted; i++) await request.sendUpdate(TELL, `${i}`);
    await request.sendUpdate(STOP, "");
    let seen = 0;
    for await (const { header, body } of request) {
      const text = `${seen >> 1}, ${seen % 2 === 0 ? "first" : "second"}`;
      if (header.serviceId !== ANSWER || body.text() !== text) {
        return `update ${seen}`;
      }
      seen++;
    }
    const answer = (await request.recvResponse()).text();
    const right = answer === `${wanted}` && seen === 2 * wanted;
    return right ? null : `${answer}, ${seen} answers`;
  }
}

/**
 * Asks a native server, on which a fate comes in the middle.
 */
export const toNative: Round = async (scene, fate, prng, count) => {
  const native = await scene.nativeServer();
  const peer = await scene.connect(native, optionsFor(fate));
  // It would wait, if nobody read what it says.
  const over = native.end();
  const serving = serve(peer);
  const requests = new Requests(prng, peer);
  const asking = requests.ask(count);
  const { accounting } = requests;
  const until = prng.int(0, count / 2);
  while (accounting.account.answered < until) await tick();
  await befall(fate, peer, native);
  await asking;
  const { account } = accounting;
  const { sent, answered, failed, wrong } = account;
  assertEquals(wrong, {});
  assertEquals([sent, ended(account)], [count, count]);
  if (fate === "left alone" || fate === "frozen") assertEquals(answered, count);
  for (const what of Object.keys(failed)) {
    const codes = fate === "killed"
      ? /^connection-(aborted|closed), /
      : /^limit-exceeded, /;
    assert(codes.test(what), what);
  }
  await peer.close();
  await native.hangUp();
  await Promise.all([serving, over]);
  const { openSentRequests, openReceivedRequests, queuedBytes } = peer.stats();
  const left = [openSentRequests, openReceivedRequests, queuedBytes];
  assertEquals(left, [0, 0, 0]);
  return [sent, sent - answered];
};
