/** Updates that cancel, where only the newest are kept. */
import { assert, assertEquals } from "@std/assert";
import type { HandlersOf } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { until } from "../../support/stats.ts";
import { PlainCamera } from "./support.ts";

type Handlers = HandlersOf<typeof PlainCamera>;

const unused: Handlers = {
  name: () => "left",
  record: () => "done",
  scan: () => "done",
};

/** When the update that cancels comes: before the handler has begun, or while it works. */
for (const early of [true, false]) {
  conformance(
    `an update that cancels fires the signal with keep too, whether it is dropped or not: ${
      early ? "before" : "after"
    } the handler begins`,
    async (scene) => {
      const [client, server] = await scene.pair();
      const camera = PlainCamera.client(client);
      const begun = Promise.withResolvers<void>();
      const allSent = Promise.withResolvers<void>();
      let dropped = 0;
      const handlers: Handlers = {
        ...unused,
        scan: async (_nothing, request) => {
          const updates = request.updates({
            keep: "latest",
            onDrop: (count) => dropped = count,
          });
          begun.resolve();
          await allSent.promise;
          const { value } = await updates.next();
          assert(request.signal.aborted);
          return `${value!.name} ${value!.body}`;
        },
        name: () => {
          allSent.resolve();
          return "left";
        },
      };
      if (!early) PlainCamera.serve(server, handlers);
      const scan = await camera.scan();
      if (!early) await begun.promise;
      await scan.send.speed(1);
      await scan.send.stop();
      await scan.send.speed(2);
      const naming = camera.name();
      if (early) {
        await until(scene, server, (stats) => stats.inboxMessages === 2);
        PlainCamera.serve(server, handlers);
      }
      assertEquals(await naming, "left");
      // The stop was dropped for a newer update, and has fired the signal.
      assertEquals(await scan.response(), "speed 2");
      assertEquals(dropped, 2);
    },
  );
}

conformance(
  "a stop that is the newest update is delivered with keep",
  async (scene) => {
    const [client, server] = await scene.pair();
    const allSent = Promise.withResolvers<void>();
    PlainCamera.serve(server, {
      ...unused,
      scan: async (_nothing, request) => {
        const updates = request.updates({ keep: "latest" });
        await allSent.promise;
        const { value } = await updates.next();
        return `${value!.name} ${request.signal.aborted}`;
      },
      name: () => {
        allSent.resolve();
        return "left";
      },
    });
    const camera = PlainCamera.client(client);
    const scan = await camera.scan();
    await scan.send.speed(1);
    await scan.send.stop();
    await camera.name();
    assertEquals(await scan.response(), "stop true");
  },
);
