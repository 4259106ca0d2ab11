import { assertEquals } from "@std/assert";
import {
  Message,
  MessageHeader,
  MessageType,
  StreamBody,
} from "../../../../mod.ts";
import {
  nextRequest,
  nextStream,
  rejectsWith,
} from "../../../support/expect.ts";
import { ECHO, JOB, RUNNING, STOP } from "../../support/services.ts";
import type { Scenario } from "../scenario.ts";
import { ENDED } from "../scene.ts";

const { Request, Response, RequesterUpdate, ResponderUpdate, Stream } =
  MessageType;
const LAST = 2 ** 32 - 1;

/** `native/src/odd.rs` has the same. */
const MESSAGES: [MessageType, number, number, string][] = [
  [Request, 5, JOB, "the first 5"],
  [Request, 5, ECHO, "the second 5"],
  [Response, 99, ECHO, "to no request"],
  [Response, 99, -1, "to no request"],
  [ResponderUpdate, 99, RUNNING, "of no request"],
  [RequesterUpdate, 99, STOP, "of no request"],
  [Stream, 7, -(2 ** 31) + 16, "with a request id"],
  [RequesterUpdate, 5, STOP, "the first 5"],
  [Request, LAST, ECHO, "the last id"],
];

const UNKNOWN =
  "error: unknown request ID: request ID 99 is not associated with an open request";

export const oddIds: Scenario = {
  name: "duplicate and unknown ids are reported, and the connection lives on",
  defect: "F: it doesn't say that they are not fatal",

  async toNative(scene) {
    const native = await scene.nativeServer();
    const transport = await scene.open(native);
    const writer = transport.writable.getWriter();
    await writer.write(MESSAGES.map(([type, id, service, text]) => ({
      message: new Message(
        new MessageHeader(type, id, service),
        transport.toBody?.(text) ?? new StreamBody(text),
      ),
    })));
    const answers: string[] = [];
    const reader = transport.readable.getReader();
    while (answers.length < 3) {
      const { value = [] } = await reader.read();
      for (const item of value) {
        if (!(item instanceof Message)) throw item;
        const { type, requestId, serviceId } = item.header;
        answers.push(`${type} ${requestId} ${serviceId}: ${item.text()}`);
      }
    }
    assertEquals(answers.toSorted(), [
      `1 ${LAST} ${ECHO}: the last id`,
      `1 5 ${JOB}: stopped: the first 5`,
      `3 5 ${RUNNING}: the first 5`,
    ]);
    const lines = await native.take(7);
    assertEquals(lines.toSorted(), [
      "error: duplicate request ID: request ID 5 is already associated with an " +
      "open request",
      UNKNOWN,
      UNKNOWN,
      UNKNOWN,
      UNKNOWN,
      "job: open",
      `job: update ${STOP}`,
    ]);
    reader.releaseLock();
    writer.releaseLock();
    await transport.close();
    assertEquals(await native.line(), ENDED);
  },

  async fromNative(scene) {
    const [peer, native] = await scene.fromNative("odd");
    const { request, body } = await nextRequest(peer);
    assertEquals([request.requestId, body.text()], [5, "the first 5"]);
    await rejectsWith("duplicate-request-id", () => peer.recvMessage());
    for (let i = 0; i < 4; i++) {
      const error = await rejectsWith(
        "unknown-request-id",
        () => peer.recvMessage(),
      );
      assertEquals([error.requestId, error.fatal], [99, false]);
    }
    const { header } = await nextStream(peer);
    assertEquals([header.requestId, header.serviceId], [7, -(2 ** 31) + 16]);
    assertEquals((await request.recvUpdate())?.text(), "the first 5");
    await request.sendResponse(JOB, "stopped");
    const last = await nextRequest(peer);
    assertEquals(last.request.requestId, LAST);
    await last.request.sendResponse(ECHO, last.body);
    assertEquals(await native.end(), [[
      `Response 5 ${JOB}: stopped`,
      `Response ${LAST} ${ECHO}: the last id`,
    ], 0]);
    assertEquals(await peer.closed, null);
    assertEquals(peer.stats().errors, 5);
  },
};
