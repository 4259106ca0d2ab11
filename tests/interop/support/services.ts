/** The services that the programs of the interop tests offer each other. */
import { assertEquals } from "@std/assert";
import type { ReceivedRequestHandle, StreamBody } from "../../../mod.ts";
import type { TestPeer } from "../../support/scene.ts";
import { fill, measure } from "./pattern.ts";

/** Services: `native/src/services.rs` says what each does. */
export const ECHO = 1,
  COUNT = 2,
  FAIL = 3,
  JOB = 4,
  HOLD = 5,
  RELEASE = 6,
  TALLY = 7,
  CALL_BACK = 8,
  TALK = 9,
  ANSWER_AS = 10,
  STREAM_BACK = 11,
  MEASURE = 12,
  FILL = 13,
  READ_FDS = 14,
  SEND_FDS = 15,
  DROP = 16;

/** Kinds of updates and stream messages. */
export const COUNTED = 10,
  RUNNING = 11,
  ANSWER = 12,
  STOP = 20,
  TELL = 21,
  SAMPLE = 30;

/** Offers the services until the connection ends. */
export async function serve(peer: TestPeer): Promise<void> {
  const held: { end(): Promise<void> }[] = [];
  let samples = 0;
  await peer.serve({
    [ECHO]: (_request, body) => body,
    [COUNT]: async (request, body) => {
      for (let i = 1; i <= Number(body.text()); i++) {
        await request.sendUpdate(COUNTED, String(i));
      }
      return `counted to ${body.text()}`;
    },
    [FAIL]: (request, body) => request.sendErrorResponse(body.text()),
    [JOB]: async (request, body) => {
      await request.sendUpdate(RUNNING, body);
      const update = await request.recvUpdate();
      assertEquals(update?.header.serviceId, STOP);
      return `stopped: ${update?.text()}`;
    },
    [HOLD]: (request, body) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const text = `${body.text()} was held`;
      held.push({
        end: () => request.sendResponse(HOLD, text).then(resolve),
      });
      return promise;
    },
    [RELEASE]: async () => {
      for (const { end } of held.splice(0).reverse()) await end();
      return "released";
    },
    [TALLY]: () => String(samples),
    [CALL_BACK]: async (_request, body) =>
      `you said: ${(await peer.call(ECHO, body)).text()}`,
    [TALK]: talk,
    [ANSWER_AS]: (request, body) =>
      request.sendResponse(Number(body.text()), body),
    [STREAM_BACK]: async (_request, body) => {
      for (let i = 0; i < Number(body.text()); i++) {
        await peer.sendStream(SAMPLE, String(i));
      }
      return body;
    },
    [MEASURE]: (_request, body) => measure(body.data),
    [FILL]: (_request, body) => fill(Number(body.text())),
    [DROP]: (request) => request[Symbol.dispose](),
  }, {
    stream: ({ header }) => {
      assertEquals([header.requestId, header.serviceId], [0, SAMPLE]);
      samples++;
    },
    unknown: (request) => request.sendErrorResponse("no such service"),
  });
}

/** Two updates for each that comes, until a stop. */
async function talk(
  request: ReceivedRequestHandle<StreamBody>,
): Promise<string> {
  let count = 0;
  for await (const update of request) {
    if (update.header.serviceId === STOP) break;
    count++;
    await request.sendUpdate(ANSWER, `${update.text()}, first`);
    await request.sendUpdate(ANSWER, `${update.text()}, second`);
  }
  return String(count);
}
