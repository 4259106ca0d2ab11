/** The public streams: a refused message settles with its error, the others are sent. */
import { assertEquals } from "@std/assert";
import { type FileDescriptor, Message, MessageHeader } from "../../mod.ts";
import { parse, sceneTest } from "./support/scene.ts";
import {
  body,
  COPIED,
  DIRECT,
  end,
  LONG,
  received,
  Settled,
  shrunk,
  SMALL_BUFFER,
} from "./support/streams.ts";

for (
  const [where, lengths] of [
    ["the first", [DIRECT, 1, 2]],
    ["the last", [1, 2, DIRECT]],
    ["one in the middle", [1, DIRECT, 2]],
    ["one in the middle, that was copied,", [1, COPIED, 2]],
    ["every other one", [DIRECT, 1, COPIED, 2, DIRECT, 3, COPIED]],
    ["all", [DIRECT, COPIED, DIRECT]],
    ["the only one", [COPIED]],
    ["the 100th", Array.from({ length: 200 }, (_, i) => i === 99 ? COPIED : i)],
  ] as const
) {
  sceneTest(
    `The kernel refuses ${where} of a batch: the others are sent, in order`,
    async (scene) => {
      const [transport, raw] = shrunk(scene);
      const writer = transport.writable.getWriter();
      const settled = new Settled();
      const writing = writer.write(settled.batch(lengths.map((n) => body(n))));
      const fits = lengths.flatMap((n, i) => n < SMALL_BUFFER ? [i] : []);
      const numbers: number[] = [];
      while (numbers.length < fits.length) {
        numbers.push(parse((await raw.recv())!.data)[2]);
      }
      await writing;
      assertEquals(numbers, fits);
      assertEquals(
        settled.outcomes(),
        lengths.map((n) => n < SMALL_BUFFER ? "done" : "payload-too-large"),
      );
      // It is settled in the order of the batch.
      assertEquals(settled.calls.map(([i]) => i), lengths.map((_, i) => i));
      const again = new Settled();
      await writer.write(again.batch([body(1)]));
      assertEquals(again.outcomes(), ["done"]);
      assertEquals(received(scene, raw), [0]);
      await end(transport, writer);
    },
  );
}

sceneTest(
  "The error of a refused message says what fits and what it was",
  async (scene) => {
    const [transport, raw] = shrunk(scene);
    const writer = transport.writable.getWriter();
    const errors: unknown[] = [];
    const fits = SMALL_BUFFER - 32 - 12;
    const [tooLong, longest] = [fits + 1, fits].map((length) => ({
      message: new Message(new MessageHeader(4, 0, 1), body(length)),
      settle: (error?: unknown) => void errors.push(error),
    }));
    await writer.write([tooLong!, longest!]);
    assertEquals(errors.length, 2);
    const error = errors[0] as {
      limit: number;
      actual: number;
      fatal: boolean;
    };
    assertEquals([error.limit, error.actual, error.fatal], [
      fits,
      fits + 1,
      false,
    ]);
    assertEquals(errors[1], undefined);
    assertEquals((await raw.recv())!.data.length, fits + 12);
    await end(transport, writer);
  },
);

sceneTest(
  "A refused message's descriptors stay the sender's, and open",
  async (scene) => {
    const [transport, raw] = shrunk(scene);
    const writer = transport.writable.getWriter();
    const settled = new Settled();
    const samples = scene.samples(3);
    const fds = samples.map(({ fd }) => fd);
    await writer.write(
      settled.batch([body(1, fds), body(DIRECT, fds), body(2, fds)]),
    );
    assertEquals(settled.outcomes(), ["done", "payload-too-large", "done"]);
    for (const { fd } of samples) assertEquals(fd.closed, false);
    assertEquals(received(scene, raw), [0, 2]);
    await end(transport, writer);
  },
);

sceneTest(
  "What is over a limit, or has a closed descriptor, is skipped",
  async (scene) => {
    const [transport, raw] = scene.rawTransport({ maxFdsWrite: 2 });
    const writer = transport.writable.getWriter();
    const [a, b, closed] = scene.fds(3) as [
      FileDescriptor,
      FileDescriptor,
      FileDescriptor,
    ];
    closed.close();
    const settled = new Settled();
    await writer.write(settled.batch([
      body(1),
      body(4097),
      body(1, [a, b, a]),
      body(1, [a, b]),
      body(1, [a, closed]),
      body(1),
    ]));
    assertEquals(settled.outcomes(), [
      "done",
      "payload-too-large",
      "too-many-fds",
      "done",
      "encode-failed",
      "done",
    ]);
    assertEquals(received(scene, raw), [0, 3, 5]);
    await end(transport, writer);
  },
);

sceneTest(
  "A large body that was given away before it is sent is refused alone",
  async (scene) => {
    const limits = { maxBodyLenRead: LONG, maxBodyLenWrite: LONG };
    const [transport, raw] = scene.rawTransport(limits);
    const writer = transport.writable.getWriter();
    const settled = new Settled();
    // The first ones fill the socket, so that the last one has to wait.
    const bodies = Array.from({ length: 8 }, () => body(100 * 1024));
    const writing = writer.write(settled.batch(bodies));
    await Promise.resolve();
    const { buffer } = bodies[7]!.data;
    structuredClone(buffer, { transfer: [buffer] });
    for (let i = 0; i < 7; i++) await raw.recv();
    await writing;
    assertEquals(settled.outcomes(), [
      ...Array(7).fill("done"),
      "encode-failed",
    ]);
    await end(transport, writer);
  },
);
