/** What the descriptors of stream messages count while they are handled. */
import { assert, assertEquals } from "@std/assert";
import { sceneTest } from "./support/scene.ts";
import { until, untilQuiet } from "./leaks/case.ts";

const DESCRIPTOR_COST = 64 * 1024;
const ROOM = 4;
const COUNT = 40;

sceneTest(
  "Descriptors take room of the stream handlers that run, and of what waits for them",
  async (scene) => {
    const fds = scene.fds(1);
    const [client, server] = scene.pair({
      maxInboxBytes: ROOM * DESCRIPTOR_COST,
    });
    const gate = Promise.withResolvers<void>();
    let started = 0;
    let ended = 0;
    const serving = server.serve({}, {
      async stream({ body }) {
        started++;
        await gate.promise;
        body[Symbol.dispose]();
        ended++;
      },
    });
    const sending = Promise.all(
      Array.from(
        { length: COUNT },
        () => client.sendStream(1, { data: "", fds }),
      ),
    );
    await until(() => started > 0);
    await untilQuiet(server, () => {});
    // The last one goes over the limit: its size is known when it is there.
    assert(started <= ROOM + 1, `${started} handlers run`);
    gate.resolve();
    await sending;
    await until(() => ended === COUNT);
    assertEquals(started, COUNT);
    await client.close();
    await serving;
  },
);
