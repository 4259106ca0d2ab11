/** What becomes of the handlers of cancelled requests: their errors, and generators that wait. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { body, defineInterface } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { fired, isPending } from "../../support/expect.ts";
import { until } from "../../support/stats.ts";

const { Request, RequesterUpdate } = MessageType;

const Press = defineInterface({
  name: "Press",
  extensions: true,
  services: {
    close: { id: 1, responseUpdates: { at: { id: 1, body: body<number>() } } },
    open: { id: 2, errors: { stuck: {} } },
  },
  errors: { jammed: {} },
});

conformance(
  "what a typed handler throws after a cancel goes to onError, unless it is the cancel or declared",
  async (scene) => {
    const fault = new Error("the disk is full");
    const ofAnotherService = new Press.errors.open.stuck();
    const thrown = [
      fault,
      new DOMException("stopped", "AbortError"),
      new Press.errors.jammed(),
      ofAnotherService,
    ];
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    let begun = Promise.withResolvers<void>();
    Press.serve(server, {
      close: async (_nothing, { signal }) => {
        begun.resolve();
        await fired(signal);
        throw thrown.shift();
      },
      open() {},
    });
    const press = Press.client(client);
    while (thrown.length > 0) {
      const { length } = thrown;
      begun = Promise.withResolvers();
      const closing = await press.close();
      await begun.promise;
      closing[Symbol.dispose]();
      await until(scene, server, () => thrown.length < length);
    }
    await press.open();
    assertEquals(errors, [fault, ofAnotherService]);
  },
);

conformance(
  "a generator that waits for room to send ends at the cancel",
  async (scene) => {
    const errors: unknown[] = [];
    const [server, raw] = await scene.raw({
      writeQueueBytes: 1,
      onError: (error) => errors.push(error),
    });
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    Press.serve(server, {
      async *close() {
        try {
          begun.resolve();
          yield { name: "at", body: 1 };
        } finally {
          ended.resolve();
        }
      },
      open() {},
    });
    // More than any socket holds, and nobody reads.
    const body = new Uint8Array(8000);
    const sends = Array.from(
      { length: 4000 },
      (_, i) => server.sendStream(i, body),
    );
    Promise.allSettled(sends);
    await scene.pace();
    await raw.send(Request, 7, 1, "null");
    await begun.promise;
    assert(await isPending(ended.promise));
    await raw.send(RequesterUpdate, 7, reservedId.CANCEL, "");
    await ended.promise;
    assertEquals(server.stats().openReceivedRequests, 0);
    assertEquals(errors, []);
  },
);
