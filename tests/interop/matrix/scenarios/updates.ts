import { assert, assertEquals } from "@std/assert";
import type { SentRequestHandle } from "../../../../mod.ts";
import {
  ANSWER,
  COUNT,
  COUNTED,
  STOP,
  TALK,
  TELL,
} from "../../support/services.ts";
import type { Scenario } from "../scenario.ts";

const TEXTS = ["a", "b", "c", "d", "e"];
const ANSWERS = TEXTS.flatMap((text) => [`${text}, first`, `${text}, second`]);

/** Many are sent before any is read, then one by one. */
export const updates: Scenario = {
  name: "updates go both ways, interleaved",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    const count = await peer.sendRequest(COUNT, "3");
    assertEquals(await rest(count), ["1", "2", "3"].map((n) => [COUNTED, n]));
    assertEquals((await count.recvResponse()).text(), "counted to 3");

    const talk = await peer.sendRequest(TALK, "");
    for (const text of TEXTS.slice(0, 3)) await talk.sendUpdate(TELL, text);
    const answers: [number, string][] = [];
    for (const text of TEXTS.slice(3)) {
      answers.push(await next(talk), await next(talk));
      await talk.sendUpdate(TELL, text);
    }
    await talk.sendUpdate(STOP, "");
    answers.push(...await rest(talk));
    assertEquals(answers, ANSWERS.map((text) => [ANSWER, text]));
    assertEquals((await talk.recvResponse()).text(), "5");
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    await scene.script("count", [
      ...["1", "2", "3"].map((text) => `update ${COUNTED}: ${text}`),
      `response ${COUNT}: counted to 3`,
    ]);
    await scene.script("talk", [
      ...ANSWERS.map((text) => `update ${ANSWER}: ${text}`),
      `response ${TALK}: 5`,
    ]);
  },
};

async function next(request: SentRequestHandle): Promise<[number, string]> {
  const update = await request.recvUpdate();
  assert(update !== null, "the response came before the update");
  return [update.header.serviceId, update.text()];
}

async function rest(request: SentRequestHandle): Promise<[number, string][]> {
  const updates: [number, string][] = [];
  for await (const update of request) {
    updates.push([update.header.serviceId, update.text()]);
  }
  return updates;
}
