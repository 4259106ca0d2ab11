/** The public streams: each message settles once, when the kernel takes it or at the end. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MessageType } from "../../mod.ts";
import { datagram, parse, sceneTest } from "./support/scene.ts";
import { body, end, received, Settled } from "./support/streams.ts";

sceneTest(
  "Messages settle when the kernel takes them, not all at the end",
  async (scene) => {
    const [transport, raw] = scene.rawTransport();
    const writer = transport.writable.getWriter();
    const settled = new Settled();
    const COUNT = 2_000;
    let written = false;
    const batch = settled.batch(
      Array.from({ length: COUNT }, () => body(1000)),
    );
    const writing = writer.write(batch).then(() => written = true);
    const first = Promise.withResolvers<void>();
    const { settle } = batch[0]!;
    Object.assign(batch[0]!, {
      settle: () => {
        settle!();
        first.resolve();
      },
    });
    await first.promise;
    const before = settled.calls.length;
    assert(before > 0 && before < COUNT, `${before} are settled`);
    assertEquals(written, false);
    const numbers: number[] = [];
    while (numbers.length < COUNT) {
      numbers.push(parse((await raw.recv())!.data)[2]);
      // No message is settled that couldn't be in the socket yet.
      assert(settled.calls.length <= before + numbers.length + 1000);
    }
    await writing;
    assertEquals(numbers, batch.map((_, i) => i));
    assertEquals(settled.outcomes(), batch.map(() => "done"));
    await end(transport, writer);
  },
);

for (const how of ["closed here", "closed there", "aborted"]) {
  sceneTest(
    `Each of a batch settles once when the connection is ${how}`,
    async (scene) => {
      const [transport, raw] = scene.rawTransport();
      const writer = transport.writable.getWriter();
      writer.closed.catch(() => {});
      const settled = new Settled();
      const batch = settled.batch(
        Array.from({ length: 2_000 }, () => body(1000)),
      );
      const failed = assertRejects(() => writer.write(batch));
      await raw.recv();
      if (how === "closed here") await transport.close();
      else if (how === "closed there") raw.close();
      else writer.abort(new Error("No more")).catch(() => {});
      await failed;
      await transport.close();
      const outcomes = settled.outcomes();
      assertEquals(outcomes.length, batch.length);
      const sent = outcomes.filter((code) => code === "done").length;
      assert(sent > 0 && sent < batch.length, `${sent} are sent`);
      // Those that were sent are the first ones.
      assertEquals(new Set(outcomes.slice(0, sent)), new Set(["done"]));
      assertEquals(
        new Set(outcomes.slice(sent)),
        new Set(["connection-aborted"]),
      );
    },
  );
}

sceneTest("Closing writable ends the sending half only", async (scene) => {
  const [transport, raw] = scene.rawTransport();
  const writer = transport.writable.getWriter();
  const settled = new Settled();
  await writer.write(settled.batch([body(1)]));
  await writer.close();
  assertEquals(received(scene, raw), [0]);
  assertEquals(await raw.recv(), null);
  const reader = transport.readable.getReader();
  raw.send(datagram(MessageType.Stream, 0, 5, "back"));
  const { value } = await reader.read();
  assertEquals(value?.length, 1);
  raw.close();
  assertEquals((await reader.read()).done, true);
  await transport.close();
});
