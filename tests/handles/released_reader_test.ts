/** A read handle that is released by the code that takes the messages, between two of them. */
import { assertEquals, assertRejects } from "@std/assert";
import { conformance } from "../support/conformance.ts";
import { nextStream } from "../support/expect.ts";

/** No transport has a say in it. */
const inMemory = ({ name }: { name: string }): boolean => name === "memory";

conformance(
  "releasing the read handle in a handler ends serve without an error",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    const [reader, writer] = server.split();
    const serving = reader.serve({
      1: () => {
        reader[Symbol.dispose]();
        return "the last one";
      },
    });
    assertEquals((await client.call(1, "")).text(), "the last one");
    await serving;
    assertEquals(errors, []);
    writer[Symbol.dispose]();
    assertEquals(await client.closed, null);
  },
  inMemory,
);

conformance(
  "releasing the read handle in a stream handler ends serve",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      // The handler is waited for before more is taken.
      right: { onError: (error) => errors.push(error), maxInboxMessages: 1 },
    });
    const [reader, writer] = server.split();
    const serving = reader.serve({}, {
      stream: async () => {
        await Promise.resolve();
        reader[Symbol.dispose]();
      },
    });
    await client.sendStream(1, "the last one");
    await serving;
    assertEquals(errors, []);
    await writer.sendStream(1, "still open");
    await nextStream(client);
    writer[Symbol.dispose]();
    assertEquals(await client.closed, null);
  },
  inMemory,
);

conformance(
  "iteration ends when its body releases the read handle",
  async (scene) => {
    const [client, server] = await scene.pair();
    const [reader, writer] = server.split();
    await client.sendStream(1, "the last one");
    // As what waits already does: see "a wait for messages ends with its reader".
    await assertRejects(async () => {
      for await (const _message of reader) reader[Symbol.dispose]();
    }, TypeError);
    writer[Symbol.dispose]();
    assertEquals(await client.closed, null);
  },
  inMemory,
);
