/** Streams of the server, as its clients receive them. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  defineInterface,
  type InvalidMessageError,
  peerBody,
} from "../../../interface/mod.ts";
import { RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { fired, rejectsWith } from "../../support/expect.ts";
import { arrived, ROBOT, Robot, robot } from "./support.ts";

const DONE = { done: true, value: undefined } as const;

conformance("a client iterates over a stream of the server", async (scene) => {
  const { peer, server, client } = await robot(scene);
  const joints = client.joints();
  assertEquals(joints.serviceId, 1);
  const received: number[][] = [];
  const looping = (async () => {
    for await (const angles of joints) {
      received.push(angles);
      if (angles[0] === 3) break;
    }
  })();
  for (let i = 1; i <= 4; i++) await Robot.streams.joints.send(server, [i]);
  await looping;
  assertEquals(received, [[1], [2], [3]]);
  assertEquals(await joints.next(), DONE);
  await arrived(client);
  // What came behind the break was for nobody.
  assertEquals(peer.stats().droppedMessages, 1);
  // The stream is free again.
  using again = client.joints();
  await Robot.streams.joints.send(server, [5]);
  assertEquals((await again.next()).value, [5]);
});

conformance("a stream without a body is a stream", async (scene) => {
  const { server, client } = await robot(scene);
  using beats = client.beat();
  await Robot.streams.beat.send(server);
  await Robot.streams.beat.send(server, {
    signal: new AbortController().signal,
  });
  assertEquals(await beats.next(), { done: false, value: undefined });
  assertEquals(await beats.next(), { done: false, value: undefined });
});

conformance(
  "streams of the client go the other way, by the client and by the interface",
  async (scene) => {
    const [peer, server] = await scene.pair();
    const jogs: number[] = [];
    Robot.serve(server, { ...ROBOT, jog: (way) => void jogs.push(way) });
    const client = Robot.client(peer);
    await client.jog(1);
    await Robot.streams.jog.send(peer, 2);
    const [, writer] = peer.split();
    await Robot.streams.jog.send(writer, 3);
    assertEquals(await Robot.client(writer).stop(), "stopped");
    assertEquals(jogs, [1, 2, 3]);
    const { from, name, id } = Robot.streams.jog;
    assertEquals([from, name, id], ["client", "Robot.jog", 3]);
  },
);

conformance(
  "a handler gets one message at a time, and what it throws goes to onError",
  async (scene) => {
    const errors: unknown[] = [];
    const { server, client } = await robot(scene, {
      left: { onError: (error) => errors.push(error) },
    });
    const thrown = new Error("thrown");
    const started: number[] = [];
    const go = [1, 2, 3].map(() => Promise.withResolvers<void>());
    const all = Promise.withResolvers<void>();
    const handled = client.joints.on(async ([i]) => {
      started.push(i!);
      if (i === 4) return all.resolve();
      await go[i! - 1]!.promise;
      if (i === 2) throw thrown;
    });
    for (let i = 1; i <= 4; i++) await Robot.streams.joints.send(server, [i]);
    await arrived(client);
    for (let i = 1; i <= 3; i++) {
      await scene.pace(2);
      assertEquals(started.length, i);
      go[i - 1]!.resolve();
    }
    await all.promise;
    assertEquals(started, [1, 2, 3, 4]);
    assertEquals(errors, [thrown]);
    handled[Symbol.dispose]();
    handled[Symbol.dispose]();
    await Robot.streams.joints.send(server, [5]);
    await arrived(client);
    assertEquals(started.length, 4);
  },
);

conformance(
  "a handler that is slow gets the newest with keep",
  async (scene) => {
    const { peer, server, client } = await robot(scene, {
      left: { maxInboxMessages: 1, maxRequestInboxMessages: 1 },
    });
    const go = Promise.withResolvers<void>();
    const seen: number[] = [];
    const last = Promise.withResolvers<void>();
    const drops: number[] = [];
    using handled = client.joints.on(async ([i]) => {
      seen.push(i!);
      if (i === 100) last.resolve();
      await go.promise;
    }, { keep: "latest", onDrop: (dropped) => void drops.push(dropped) });
    await Robot.streams.joints.send(server, [0]);
    await arrived(client);
    for (let i = 1; i <= 100; i++) await Robot.streams.joints.send(server, [i]);
    // The stop is answered, though the handler takes nothing.
    await arrived(client);
    assertEquals(peer.stats().reading, { paused: false });
    go.resolve();
    await last.promise;
    assertEquals(seen, [0, 100]);
    assertEquals(handled.dropped, 99);
    assertEquals(drops.length, 99);
  },
);

conformance(
  "a signal ends a handler and an iteration",
  async (scene) => {
    const errors: unknown[] = [];
    const { server, client } = await robot(scene, {
      left: { onError: (error) => errors.push(error) },
    });
    const controller = new AbortController();
    const reason = new Error("no more");
    let handled = 0;
    client.joints.on(() => void handled++, { signal: controller.signal });
    const beats = client.beat({ signal: controller.signal });
    const waiting = beats.next();
    controller.abort(reason);
    assertEquals(await assertRejects(() => waiting), reason);
    await Robot.streams.joints.send(server, [1]);
    await arrived(client);
    assertEquals([handled, errors], [0, []]);
    assertThrows(() => client.joints({ signal: controller.signal }), Error);
    using _again = client.joints.on(() => {});
  },
);

conformance(
  "what a handler throws when its signal has fired is no news, unless it is another error",
  async (scene) => {
    const errors: unknown[] = [];
    const { server, client } = await robot(scene, {
      left: { onError: (error) => errors.push(error) },
    });
    const fault = new Error("the disk is full");
    const reason = new Error("no more");
    for (const thrown of [reason, new DOMException("", "AbortError"), fault]) {
      const stop = new AbortController();
      const { signal } = stop;
      const begun = Promise.withResolvers<void>();
      client.joints.on(async () => {
        begun.resolve();
        await fired(signal);
        throw thrown;
      }, { signal });
      await Robot.streams.joints.send(server, [1]);
      await begun.promise;
      stop.abort(reason);
      await arrived(client);
    }
    assertEquals(errors, [fault]);
  },
);

conformance(
  "nothing is handed to a handler that was let go of",
  async (scene) => {
    const { server, client } = await robot(scene);
    let handled = 0;
    const begun = Promise.withResolvers<void>();
    const first = client.joints.on(() => {
      handled++;
      first[Symbol.dispose]();
      begun.resolve();
    });
    for (let i = 0; i < 3; i++) await Robot.streams.joints.send(server, [i]);
    // A response may overtake what is handed to a handler.
    await Promise.all([arrived(client), begun.promise]);
    await scene.pace(5);
    assertEquals(handled, 1);
  },
);

conformance("iteration ends with the connection", async (scene) => {
  const errors: unknown[] = [];
  const { server, client } = await robot(scene, {
    left: { onError: (error) => errors.push(error) },
  });
  const joints = client.joints();
  client.beat.on(() => {});
  await Robot.streams.joints.send(server, [1]);
  await server.close();
  assertEquals(await Array.fromAsync(joints), [[1]]);
  assertEquals(errors, []);
});

conformance(
  "invalid messages of a stream are reported and skipped",
  async (scene) => {
    for (const withOption of [true, false]) {
      const errors: unknown[] = [];
      const invalid: InvalidMessageError[] = [];
      const [peer, server] = await scene.pair({
        left: { onError: (error) => errors.push(error) },
      });
      const client = Robot.client(
        peer,
        withOption ? { onInvalid: (error) => void invalid.push(error) } : {},
      );
      using joints = client.joints();
      await server.sendStream(1, "no JSON");
      await Robot.streams.joints.send(server, [1]);
      assertEquals((await joints.next()).value, [1]);
      const [error] = withOption ? invalid : errors as InvalidMessageError[];
      assertEquals(
        [invalid.length, errors.length],
        withOption ? [1, 0] : [0, 1],
      );
      assertEquals(error!.code, "decode-failed");
      assertEquals(error!.received.text(), "no JSON");
      assertEquals(
        error!.message.startsWith(
          "The body of the stream message joints of Robot is invalid",
        ),
        true,
      );
      assertEquals(peer.stats().errors, 1);
    }
  },
);

conformance(
  "what nobody asked for is dropped, and doesn't reach serve or a loop",
  async (scene) => {
    const { peer, server, client } = await robot(scene);
    const messages = peer[Symbol.asyncIterator]();
    for (let i = 0; i < 3; i++) await Robot.streams.joints.send(server, [i]);
    await server.sendStream(99, "for the loop");
    const { value } = await messages.next();
    assertEquals(value.message.text(), "for the loop");
    await arrived(client);
    assertEquals(peer.stats().droppedMessages, 3);
    assertEquals(peer.stats().errors, 0);
  },
);

conformance("a stream has one taker at a time", async (scene) => {
  const { peer, client } = await robot(scene);
  const handled = client.joints.on(() => {});
  for (
    const take of [
      () => client.joints(),
      () => client.joints.on(() => {}),
      () => Robot.client(peer).joints(),
      () => peer.subscribe(1),
    ]
  ) {
    assertThrows(
      take,
      TypeError,
      "Robot.joints (1) has a subscription already",
    );
  }
  handled[Symbol.dispose]();
  client.joints()[Symbol.dispose]();
  assertThrows(
    () => client.joints.on(5 as unknown as () => void),
    TypeError,
    "The handler of Robot.joints must be a function, got number",
  );
  assertThrows(() => client.joints({ keep: 0 }), RangeError, "keep");
  client.joints()[Symbol.dispose]();
});

const Camera = defineInterface({
  name: "Camera",
  streams: {
    image: { id: 1, from: "server" },
    focus: { id: 2 },
  },
});

conformance(
  "streams that clash with another interface are refused, either way",
  async (scene) => {
    const handlers = { focus() {} };
    // Camera.focus would be served under the id of Robot.beat.
    {
      const { peer } = await robot(scene);
      const error = await assertRejects(
        () => Camera.serve(peer, handlers),
        TypeError,
      );
      for (const name of ["Camera.focus", "Robot.beat", "stream 2"]) {
        assertEquals(error.message.includes(name), true, error.message);
      }
      assertThrows(() => Camera.messages(peer), TypeError, "Robot.beat");
      assertThrows(() => Camera.client(peer), TypeError, "Robot.joints");
      // It can still be served by something else.
      peer.serve({});
    }
    // The other way round.
    const [peer] = await scene.pair();
    Camera.serve(peer, handlers);
    assertThrows(() => Robot.client(peer), TypeError, "Camera.focus");
    assertThrows(() => peer.subscribe(2), TypeError, "Camera.focus (2)");
    // An interface clashes with itself in no direction.
    Camera.client(peer).image.on(() => {});
  },
);

conformance(
  "both sides may serve the same interface and be its client",
  async (scene) => {
    const [left, right] = await scene.pair();
    for (const peer of [left, right]) Robot.serve(peer, ROBOT);
    const clients = [left, right].map((peer) => Robot.client(peer));
    const joints = clients.map((client) => client.joints());
    await Robot.streams.joints.send(left, [1]);
    await Robot.streams.joints.send(right, [2]);
    assertEquals((await joints[0]!.next()).value, [2]);
    assertEquals((await joints[1]!.next()).value, [1]);
  },
);

conformance(
  "sends fail with the name of the stream",
  async (scene) => {
    const [peer, server] = await scene.pair({ maxBodyLenWrite: 10 });
    const error = await rejectsWith(
      "payload-too-large",
      () => Robot.streams.joints.send(server, [1, 2, 3, 4, 5, 6, 7]),
    );
    assertEquals(error.message.startsWith("Robot.joints: "), true);
    await rejectsWith(
      "encode-failed",
      () => Robot.streams.joints.send(server, [1n] as unknown as number[]),
    );
    await peer.close();
    await server.closed;
    await assertRejects(
      () => Robot.streams.joints.send(server, [1]),
      RpcError,
      "Robot.joints: ",
    );
    const reason = new Error("stop");
    const signal = AbortSignal.abort(reason);
    assertEquals(
      await assertRejects(() => Robot.streams.beat.send(peer, { signal })),
      reason,
    );
  },
);

conformance(
  "a body of the transport comes as it is",
  async (scene) => {
    const Raw = defineInterface({
      name: "Raw",
      streams: { chunk: { id: 5, from: "server", body: peerBody() } },
    });
    const [peer, server] = await scene.pair();
    using chunks = Raw.client(peer).chunk();
    await Raw.streams.chunk.send(server, "text");
    const { value } = await chunks.next();
    assertEquals(value?.text(), "text");
  },
);
