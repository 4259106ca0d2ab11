/** Received memory that is handed on to another thread. */
import { assertEquals } from "@std/assert";
import type { Message, UnixBody } from "../../mod.ts";
import { nextStream, sceneTest } from "./support/scene.ts";

/** Gives the memory of a body away, as postMessage does. */
function giveAway({ body }: Message<UnixBody>): void {
  const { buffer } = body.data;
  structuredClone(body.data, { transfer: [buffer] });
  assertEquals(buffer.detached, true);
}

sceneTest(
  "Transferring the buffer of a received body leaves the bodies of other connections alone",
  async (scene) => {
    const [a, b] = scene.pair();
    const [c, d] = scene.pair();
    await c.sendStream(1, "for d");
    const kept = await nextStream(d);
    await a.sendStream(1, "for b");
    giveAway(await nextStream(b));
    assertEquals(kept.text(), "for d");
    for (const text of ["next", "", "last"]) {
      await Promise.all([a.sendStream(1, text), c.sendStream(1, text)]);
      assertEquals((await nextStream(b)).text(), text);
      assertEquals((await nextStream(d)).text(), text);
    }
  },
);

sceneTest(
  "A connection goes on when the buffers of all that it has received are transferred",
  async (scene) => {
    const [a, b] = scene.pair();
    for (const text of ["", "", "a", "", "b", "x".repeat(4000), "", "c"]) {
      await a.sendStream(1, text);
      const message = await nextStream(b);
      assertEquals(message.text(), text);
      giveAway(message);
    }
  },
);
