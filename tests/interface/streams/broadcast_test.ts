/** Broadcasts: one value to many peers, of which none holds up the others. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  body,
  Broadcast,
  bytes,
  defineInterface,
  type Format,
  json,
} from "../../../interface/mod.ts";
import { RpcError, type StreamConfig } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import { until } from "../../support/stats.ts";
import { Robot } from "./support.ts";

const Camera = defineInterface({
  name: "Camera",
  streams: {
    frame: { id: 1, from: "server", body: bytes },
    shutter: { id: 2, from: "server" },
  },
});

/** So many connections: the server's ends, and the clients'. */
async function pairs(
  scene: Scene,
  count: number,
  config: StreamConfig = {},
): Promise<[TestPeer[], TestPeer[]]> {
  const made: [TestPeer, TestPeer][] = [];
  for (let i = 0; i < count; i++) made.push(await scene.pair(config));
  return [made.map(([server]) => server), made.map(([, client]) => client)];
}

/** A frame with its number. */
function frame(number: number, length: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(length);
  new DataView(data.buffer).setUint32(0, number);
  return data;
}

function numberOf(data: Uint8Array<ArrayBuffer>): number {
  return new DataView(data.buffer, data.byteOffset).getUint32(0);
}

conformance("a broadcast reaches all its peers", async (scene) => {
  const [servers, clients] = await pairs(scene, 3);
  using joints = new Broadcast(Robot.streams.joints);
  using beats = new Broadcast(Robot.streams.beat);
  // Nobody is in it: that is no error.
  joints.send([0]);
  const received = clients.map((peer) => Robot.client(peer).joints());
  const beat = Robot.client(clients[2]!).beat();
  joints.add(servers[0]!);
  const [, writer] = servers[1]!.split();
  joints.add(writer);
  const last = joints.add(servers[2]!);
  beats.add(servers[2]!);
  assertEquals([joints.size, beats.size], [3, 1]);
  joints.send([1, 2]);
  for (const angles of received) {
    assertEquals((await angles.next()).value, [1, 2]);
  }
  beats.send();
  assertEquals(await beat.next(), { done: false, value: undefined });
  last[Symbol.dispose]();
  assertEquals([joints.size, last.left, last.dropped], [2, true, 0]);
  joints.send([3]);
  await Robot.streams.joints.send(servers[2]!, [4]);
  assertEquals((await received[0]!.next()).value, [3]);
  assertEquals((await received[1]!.next()).value, [3]);
  assertEquals((await received[2]!.next()).value, [4]);
  assertEquals(joints.dropped, 0);
});

conformance(
  "a value is encoded once, in the format asked for",
  async (scene) => {
    let encoded = 0;
    const counting: Format = {
      ...json,
      encode(value) {
        encoded++;
        return json.encode(value);
      },
    };
    const [servers, clients] = await pairs(scene, 3);
    using joints = new Broadcast(Robot.streams.joints, { format: counting });
    for (const peer of servers) joints.add(peer);
    const received = clients.map((peer) => Robot.client(peer).joints());
    joints.send([1]);
    for (const angles of received) {
      assertEquals((await angles.next()).value, [1]);
    }
    assertEquals(encoded, 1);
    assertThrows(() => joints.send([1n] as unknown as number[]), RpcError);
  },
);

for (const keep of [1, 3]) {
  conformance(
    `a peer that reads nothing holds up nobody, and gets the newest ${keep} in the end`,
    async (scene) => {
      const length = Math.min(scene.transport.maxBodyLen, 256 * 1024) - 1;
      const limits = scene.limits(length);
      const [stuck, raw] = await scene.raw(limits);
      const [[server], [client]] = await pairs(scene, 1, limits);
      using frames = new Broadcast(Camera.streams.frame, { keep });
      const slow = frames.add(stuck);
      const quick = frames.add(server!);
      const watched = Camera.client(client!).frame();
      let sent = 0;
      // Until so many are dropped, nothing of it can be written any more.
      while (slow.dropped < 3) {
        frames.send(frame(sent, length));
        const { value } = await watched.next();
        assertEquals(numberOf(value!), sent++);
      }
      assertEquals([slow.waiting, quick.waiting, quick.dropped], [keep, 0, 0]);
      assertEquals(frames.dropped, slow.dropped);
      // One is in the write queue, and those that wait are not.
      const { queuedBytes } = stuck.stats();
      assert(queuedBytes < 2 * length, `${queuedBytes} are queued`);
      const dropped = slow.dropped;
      const received: number[] = [];
      while (received.at(-1) !== sent - 1) {
        received.push(numberOf((await raw.recv())!.body.data));
      }
      assertEquals(received.length, sent - dropped);
      assertEquals(
        received.slice(-keep),
        Array.from({ length: keep }, (_, i) => sent - keep + i),
      );
      assertEquals([slow.waiting, slow.left], [0, false]);
    },
  );
}

conformance(
  "what waits for room in the write queue is the newest",
  async (scene) => {
    const [stuck, raw] = await scene.raw({ writeQueueBytes: 1 });
    using joints = new Broadcast(Robot.streams.joints);
    const member = joints.add(stuck);
    // It is queued in this turn, and written later: there is no room till then.
    const before = stuck.sendStream(9, "before");
    joints.send([1]);
    joints.send([2]);
    assertEquals([member.waiting, member.dropped], [1, 1]);
    assertEquals((await raw.recv())!.text(), "before");
    assertEquals((await raw.recv())!.text(), "[2]");
    await before;
  },
);

conformance("peers that have ended leave by themselves", async (scene) => {
  const [servers, clients] = await pairs(scene, 3);
  using joints = new Broadcast(Robot.streams.joints);
  const members = servers.map((peer) => joints.add(peer));
  await clients[0]!.close();
  await until(scene, servers[2]!, () => members[0]!.left);
  assertEquals([joints.size, members[0]!.left], [2, true]);
  const closing = servers[1]!.close();
  assertEquals([joints.size, members[1]!.left], [1, true]);
  joints.send([1]);
  const received = Robot.client(clients[2]!).joints();
  assertEquals((await received.next()).value, [1]);
  await closing;
  // One that has ended before isn't added.
  const late = joints.add(servers[0]!);
  assertEquals([late.left, joints.size], [true, 1]);
  assertEquals(joints.dropped, 0);
});

conformance(
  "a send that fails goes to onError, and the peer stays",
  async (scene) => {
    const errors: unknown[] = [];
    const [server, client] = await scene.pair({
      maxBodyLenWrite: 20,
      left: { onError: (error) => errors.push(error) },
    });
    using joints = new Broadcast(Robot.streams.joints, { keep: 2 });
    const member = joints.add(server);
    const received = Robot.client(client).joints();
    joints.send(new Array(20).fill(1));
    joints.send([2]);
    assertEquals((await received.next()).value, [2]);
    assertEquals([member.left, member.dropped, joints.dropped], [false, 1, 1]);
    const [error] = errors;
    assert(error instanceof RpcError);
    assertEquals([error.code, errors.length], ["payload-too-large", 1]);
    assert(error.message.startsWith("Robot.joints: "), error.message);
  },
);

conformance("a connection is in a broadcast once", async (scene) => {
  const [[server], [client]] = await pairs(scene, 1);
  using joints = new Broadcast(Robot.streams.joints, { keep: 9 });
  const member = joints.add(server!);
  assertEquals(joints.add(server!), member);
  const [, writer] = server!.split();
  assertEquals(joints.add(writer), member);
  // Neither the handle nor the split matters for who is in.
  assertThrows(() => joints.add(server!), TypeError, "split");
  const clone = writer.clone();
  writer[Symbol.dispose]();
  assertThrows(() => joints.add(writer), TypeError, "released");
  const received = Robot.client(client!).joints();
  for (let i = 0; i < 5; i++) joints.send([i]);
  for (let i = 0; i < 5; i++) {
    assertEquals((await received.next()).value, [i]);
  }
  clone[Symbol.dispose]();
});

conformance("disposing a broadcast takes all out", async (scene) => {
  const [servers] = await pairs(scene, 2);
  const joints = new Broadcast(Robot.streams.joints);
  const members = servers.map((peer) => joints.add(peer));
  joints.send([1]);
  joints.send([2]);
  assertEquals(members.map(({ waiting }) => waiting), [1, 1]);
  joints[Symbol.dispose]();
  joints[Symbol.dispose]();
  assertEquals(joints.size, 0);
  for (const { left, waiting, dropped } of members) {
    assertEquals([left, waiting, dropped], [true, 0, 1]);
  }
  assertThrows(() => joints.send([3]), TypeError, "disposed");
  assertThrows(() => joints.add(servers[0]!), TypeError, "disposed");
  assertThrows(
    () => new Broadcast(Robot.streams.joints, { keep: 0 }),
    RangeError,
    "keep",
  );
});

Deno.test("What is broadcast is what was declared", () => {
  const Named = defineInterface({
    name: "Named",
    streams: { name: { id: 1, from: "server", body: body<string>() } },
  });
  using names = new Broadcast(Named.streams.name);
  names.send("a");
  using beats = new Broadcast(Robot.streams.beat);
  beats.send();
  // @ts-expect-error it has another body
  names.send(5);
  // @ts-expect-error it has a body
  assertThrows(() => names.send(), RpcError);
});
