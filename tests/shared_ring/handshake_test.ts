/** How two sides come to share rings, and what they refuse. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  RpcError,
  SharedRingTransport,
  UnixSeqpacketTransport,
} from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { datagramKind } from "../../transports/shared_ring/hello.ts";
import { CONTROL_LEN } from "../../transports/shared_ring/ring_layout.ts";
import {
  hello,
  RawMemory,
  type RingPeer,
  RingScene,
  ringTest,
  SEALS,
  words,
} from "./support/raw_rings.ts";

/** What a connection has ended with: a fatal error about the rings. */
async function violation(peer: RingPeer): Promise<RpcError> {
  const error = await peer.closed;
  assert(error instanceof RpcError, `${error}`);
  assertEquals([error.code, error.fatal, error.side], [
    "invalid-shared-memory",
    true,
    "remote",
  ]);
  return error;
}

ringTest("rings are taken, and messages go both ways", async (scene) => {
  const [peer, raw, memory] = await scene.linked();
  memory.write(0, 7, new TextEncoder().encode("hello"));
  memory.writer.publish();
  raw.send(words(datagramKind.WAKE));
  const message = await peer.recvMessage();
  assert(message?.kind === "request");
  assertEquals(message.body.text(), "hello");
  await message.request.sendResponse(1, "hello yourself");
  assertEquals(memory.reader.available(), 32);
  const { view, bytes } = memory.back;
  assertEquals(
    [0, 4, 8, 12].map((at) => view.getUint32(at, true)),
    [12 + 14, 1, 7, 1],
  );
  assertEquals(
    new TextDecoder().decode(bytes.slice(16, 30)),
    "hello yourself",
  );
});

ringTest(
  "who is refused before the rings are offered sees a connection that is closed",
  async (scene) => {
    const peer = scene.refused();
    const error = await assertRejects(() => peer.call(1, "hello"), RpcError);
    assertEquals(error.code, "connection-closed");
  },
);

const MIB = 1024 * 1024;

/** Offers that are refused: the words of the hello, and why. */
const REFUSED: readonly [
  name: string,
  words: Record<number, number>,
  text: string,
][] = [
  ["another version", { 1: 2 }, "version 2"],
  ["another byte order", { 2: 0x0403_0201 }, "byte order"],
  ["big endian records", { 3: 2 }, "endian"],
  ["no byte order of records", { 3: 3 }, "isn't valid"],
  ["a ring of no power of two", { 4: 5000 }, "isn't valid"],
  ["a ring that is too small", { 5: 2048 }, "isn't valid"],
  ["a ring of 4 GiB less 1", { 4: 2 ** 32 - 1 }, "isn't valid"],
  ["larger rings than are accepted", { 4: 32 * MIB }, "maxRingSize"],
  ["words that have no meaning yet", { 6: 1 }, "isn't valid"],
  ["rings that the memory doesn't hold", { 4: 8192 }, "were agreed on"],
];

for (const [name, changed, text] of REFUSED) {
  ringTest(
    `an offer with ${name} is refused, and both sides are told why`,
    async (scene) => {
      const [peer, raw] = scene.accepting();
      const memory = scene.use(new RawMemory(scene));
      raw.send(hello(changed), [memory.memory.fd.fd]);
      assertStringIncludes((await violation(peer)).message, text);
      const answer = await raw.recv();
      assertEquals(
        new Uint32Array(answer!.data.buffer, 0, 1)[0],
        datagramKind.REFUSED,
      );
      const reason = new TextDecoder().decode(answer!.data.subarray(4));
      assertStringIncludes(reason, text);
      assertEquals(await raw.recv(), null);
    },
  );
}

/** Seals that aren't the right ones. */
const SEALINGS: readonly [name: string, seals: number][] = [
  ["none", 0],
  ["no seal against shrinking", 0x1 | 0x4],
  ["no seal against growing", 0x1 | 0x2],
  ["no seal against seals", 0x2 | 0x4],
  ["a seal against writing later", SEALS | 0x10],
];

for (const [name, seals] of SEALINGS) {
  ringTest(`memory with these seals is refused: ${name}`, async (scene) => {
    const [peer, raw] = scene.accepting();
    const memory = scene.use(new RawMemory(scene, seals));
    raw.send(hello(), [memory.memory.fd.fd]);
    assertStringIncludes((await violation(peer)).message, "seal");
  });
}

ringTest("memory of another size is refused", async (scene) => {
  for (const length of [CONTROL_LEN, 2 * CONTROL_LEN, 4 * CONTROL_LEN]) {
    const [peer, raw] = scene.accepting();
    const memory = scene.use(new RawMemory(scene, SEALS, length));
    raw.send(hello(), [memory.memory.fd.fd]);
    await violation(peer);
  }
});

/** First datagrams that offer no rings. */
const OFFERS: readonly [
  name: string,
  send: (scene: RingScene) => [Uint8Array<ArrayBuffer>, number[]],
][] = [
  ["no memory", () => [hello(), []]],
  ["a pipe", (scene) => [hello(), [scene.samples(1, "pipe")[0]!.fd.fd]]],
  ["a file", (scene) => [hello(), [scene.samples(1, "file")[0]!.fd.fd]]],
  ["two descriptors", (scene) => [hello(), scene.numbers(2)]],
  ["a hello that is cut off", (scene) => [
    hello().slice(0, 24),
    scene.numbers(1),
  ]],
  ["a single word", (scene) => [hello().slice(0, 4), scene.numbers(1)]],
  ["three bytes", () => [hello().slice(0, 3), []]],
  ["a message of a seqpacket socket", () => [words(0, 0, 1), []]],
  ["a wake-up", () => [words(datagramKind.WAKE), []]],
  ["descriptors", (scene) => [
    words(datagramKind.DESCRIPTORS, 1),
    scene.numbers(1),
  ]],
];

for (const [name, offer] of OFFERS) {
  ringTest(`what begins with this is refused: ${name}`, async (scene) => {
    const [peer, raw] = scene.accepting();
    raw.send(...offer(scene));
    await violation(peer);
    const answer = await raw.recv();
    assertEquals(
      new Uint32Array(answer!.data.buffer, 0, 1)[0],
      datagramKind.REFUSED,
    );
  });
}

/** Answers that end a connection. */
const ANSWERS: readonly [
  name: string,
  answer: Uint8Array<ArrayBuffer>,
  text: string,
][] = [
  [
    "a refusal",
    new Uint8Array([
      ...words(datagramKind.REFUSED),
      ...new TextEncoder().encode("not today"),
    ]),
    "not today",
  ],
  ["other sizes", hello({}, datagramKind.WELCOME), "asked for"],
  ["another version", hello({ 1: 9 }, datagramKind.WELCOME), "version 9"],
  ["a hello", hello(), "something else"],
  ["a message of a seqpacket socket", words(1, 7, 1), "something else"],
  ["a wake-up", words(datagramKind.WAKE), "something else"],
];

for (const [name, answer, text] of ANSWERS) {
  ringTest(`an answer that is ${name} ends the connection`, async (scene) => {
    const [peer, raw] = scene.connecting();
    const offer = await raw.recv();
    assertEquals(offer?.fds.length, 1);
    scene.libc.symbols.close(offer!.fds[0]!);
    // It may fail before the connection has ended.
    const refused = assertRejects(() => peer.call(1, ""), RpcError);
    raw.send(answer);
    assertStringIncludes((await violation(peer)).message, text);
    assertEquals((await refused).code, "invalid-shared-memory");
  });
}

ringTest("what is written before the answer is read later", async (scene) => {
  await using _ = scene;
  const [a, b] = SharedRingTransport.pair();
  const writer = a.writable.getWriter();
  await writer.close();
  const reader = b.readable.getReader();
  assertEquals((await reader.read()).done, true);
  await a.close();
  await b.close();
});

ringTest("byte orders of both sides have to be the same", async (scene) => {
  for (const endian of ["little", "big"] as const) {
    const [a, raw] = scene.connecting({ endian });
    const offer = await raw.recv();
    const [peer, other] = scene.accepting({ endian: "big" });
    other.send(offer!.data, [...offer!.fds]);
    for (const fd of offer!.fds) scene.libc.symbols.close(fd);
    if (endian === "little") {
      assertStringIncludes((await violation(peer)).message, "endian");
    } else {
      const answer = await other.recv();
      raw.send(answer!.data);
      await a.sendStream(5, "across");
      // Its own wake-up has gone to the test, if the other one sleeps.
      other.send(words(datagramKind.WAKE));
      assertEquals((await peer.recvMessage())?.kind, "stream");
    }
    await a.close();
  }
});

ringTest(
  "a socket of another kind is refused, and stays the caller's",
  async (scene) => {
    const [a, b] = UnixSeqpacketTransport.socketPair();
    scene.use(a);
    scene.use(b);
    for (
      const make of [
        () => new SharedRingTransport(a, "listen" as "accept"),
        () => new SharedRingTransport(a, "connect", { ringSize: 5000 }),
        () => new SharedRingTransport(a, "accept", { maxRingSize: 2048 }),
        () =>
          new SharedRingTransport(scene.samples(1, "socket")[0]!.fd, "accept"),
        () =>
          new SharedRingTransport(scene.samples(1, "pipe")[0]!.fd, "connect"),
      ]
    ) {
      try {
        make();
        assert(false);
      } catch (error) {
        assert(error instanceof TypeError || error instanceof RangeError);
      }
    }
    assert(!a.closed);
    await Promise.resolve();
  },
);

const F_GET_SEALS = 1034;
const F_SEAL_EXEC = 0x20;

/** Whether memory can be made that nobody can run: since Linux 6.3. */
function knowsNoexec(): boolean {
  const [major = 0, minor = 0] = Deno.osRelease().split(".").map(Number);
  return major > 6 || major === 6 && minor >= 3;
}

testWith(
  "all",
  "the memory that is offered can't be made executable, from Linux 6.3 on",
  async () => {
    await using scene = new RingScene();
    const [, raw] = scene.connecting();
    const offer = await raw.recv();
    const [fd] = offer!.fds;
    const seals = scene.libc.symbols.fcntl(fd!, F_GET_SEALS, 0);
    scene.libc.symbols.close(fd!);
    assertEquals((seals & F_SEAL_EXEC) !== 0, knowsNoexec());
  },
);
