/**
 * The other side writes what it likes into the memory and sends what it likes: the
 * connection ends with an error, or goes on, and nothing else happens.
 */
import { assert, assertEquals } from "@std/assert";
import { MessageType, RpcError } from "../../mod.ts";
import { datagramKind } from "../../transports/shared_ring/hello.ts";
import { recordType } from "../../transports/shared_ring/record.ts";
import { controlWord } from "../../transports/shared_ring/ring_layout.ts";
import { HandClock } from "../support/hand_clock.ts";
import type { RawSocket } from "../unix_seqpacket/support/raw_socket.ts";
import {
  type RawMemory,
  type RingPeer,
  type RingScene,
  ringTest,
  SIZE,
  words,
} from "./support/raw_rings.ts";

type Attack = (
  link: { raw: RawSocket; memory: RawMemory; scene: RingScene },
) => void;

/** What ends a connection, and its code. */
const FATAL: readonly [name: string, code: string, attack: Attack][] = [
  ["a length of 0, as in a hole", "message-too-short", ({ memory }) => {
    memory.writer.add(16);
    memory.writer.publish();
  }],
  ["a length of 11", "message-too-short", ({ memory }) => {
    memory.write(0, 1, undefined, 11);
    memory.writer.publish();
  }],
  ["an unknown type", "invalid-message-type", ({ memory }) => {
    memory.write(77, 1);
    memory.writer.publish();
  }],
  ["an index beyond the ring", "invalid-shared-memory", ({ memory }) => {
    memory.there.control[controlWord.TAIL] = SIZE + 16;
  }],
  ["an index that goes back", "invalid-shared-memory", ({ memory }) => {
    memory.there.control[controlWord.TAIL] = -16;
  }],
  ["an index that isn't aligned", "invalid-shared-memory", ({ memory }) => {
    memory.there.control[controlWord.TAIL] = 5;
  }],
  ["descriptors that haven't come", "invalid-shared-memory", ({ memory }) => {
    memory.write(recordType.DESCRIPTORS, 1);
    memory.write(MessageType.Stream, 0);
    memory.writer.publish();
  }],
  [
    "fewer descriptors than announced",
    "invalid-shared-memory",
    ({ raw, memory, scene }) => {
      raw.send(words(datagramKind.DESCRIPTORS, 1), scene.numbers(1));
      memory.write(recordType.DESCRIPTORS, 2);
      memory.write(MessageType.Stream, 0);
      memory.writer.publish();
    },
  ],
  [
    "descriptors that aren't counted right",
    "invalid-shared-memory",
    ({ raw, scene }) =>
      raw.send(words(datagramKind.DESCRIPTORS, 2), scene.numbers(1)),
  ],
  [
    "too many descriptors ahead of the ring",
    "invalid-shared-memory",
    ({ raw, scene }) => {
      const numbers = scene.numbers(1);
      for (let i = 0; i <= 16; i++) {
        raw.send(words(datagramKind.DESCRIPTORS, 1), numbers);
      }
    },
  ],
  ["an unknown datagram", "invalid-shared-memory", ({ raw }) => {
    raw.send(words(99));
  }],
  ["a datagram of three bytes", "invalid-shared-memory", ({ raw }) => {
    raw.send(new Uint8Array(3));
  }],
];

for (const [name, code, attack] of FATAL) {
  ringTest(`${name} ends the connection with ${code}`, async (scene) => {
    const [peer, raw, memory] = await scene.linked();
    attack({ raw, memory, scene });
    raw.trySend(words(datagramKind.WAKE));
    const error = await peer.closed;
    assert(error instanceof RpcError);
    assertEquals([error.code, error.fatal, error.side], [code, true, "remote"]);
  });
}

ringTest("what comes before a bad record is delivered", async (scene) => {
  const [peer, raw, memory] = await scene.linked();
  for (let i = 0; i < 3; i++) {
    memory.write(MessageType.Stream, 0, new Uint8Array([i]));
  }
  memory.write(MessageType.Stream, 0, undefined, 3);
  memory.writer.publish();
  raw.send(words(datagramKind.WAKE));
  for (let i = 0; i < 3; i++) {
    const message = await peer.recvMessage();
    assert(message?.kind === "stream");
    assertEquals([...message.message.body.data], [i]);
  }
  assertEquals((await peer.closed)?.code, "message-too-short");
});

ringTest(
  "an index of the reader that goes wild ends the connection",
  async (scene) => {
    for (const head of [-16, 1, SIZE + 16, 2 ** 31 - 16, -(2 ** 31)]) {
      const [peer, raw, memory] = await scene.linked();
      memory.back.control[controlWord.HEAD] = head;
      // More than the ring holds: it has to look at the index.
      const sends = Array.from(
        { length: 100 },
        () => peer.sendStream(1, new Uint8Array(100)).catch(() => {}),
      );
      raw.trySend(words(datagramKind.WAKE));
      const error = await peer.closed;
      assertEquals(error?.code, "invalid-shared-memory", `${head}`);
      await Promise.all(sends);
    }
  },
);

ringTest("wake-ups that nobody asked for are taken", async (scene) => {
  const [peer, raw, memory] = await scene.linked();
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 20; i++) raw.trySend(words(datagramKind.WAKE));
    memory.write(MessageType.Stream, 0);
    memory.writer.publish();
    assertEquals((await peer.recvMessage())?.kind, "stream");
  }
});

ringTest("a wild flag wakes nobody, and hangs nothing", async (scene) => {
  const [peer, raw, memory] = await scene.linked();
  memory.there.control.fill(-1, controlWord.READER_SLEEPS);
  memory.back.control.fill(-1, controlWord.READER_SLEEPS);
  memory.there.control[controlWord.ENDED] = 0;
  memory.write(MessageType.Stream, 0);
  memory.writer.publish();
  raw.send(words(datagramKind.WAKE));
  assertEquals((await peer.recvMessage())?.kind, "stream");
  await peer.sendStream(1, "still there");
});

ringTest("a record that is rewritten while it is read", async (scene) => {
  const [peer, raw, memory] = await scene.linked({ maxBodyLenRead: 2 ** 20 });
  // All that it reads later is what it has judged: what is written now is too late.
  memory.write(MessageType.Stream, 0, new Uint8Array(2000).fill(1));
  memory.writer.publish();
  raw.send(words(datagramKind.WAKE));
  const message = await peer.recvMessage();
  memory.there.bytes.fill(0xff);
  assert(message?.kind === "stream");
  assert(message.message.body.data.every((byte) => byte === 1));
});

/** How a side ends that has gone in the middle of something. */
const CUTS: readonly [
  name: string,
  code: string | undefined,
  attack: Attack,
][] = [
  ["before a message", undefined, () => {}],
  ["behind a message", undefined, ({ memory }) => {
    memory.write(MessageType.Stream, 0);
    memory.writer.publish();
  }],
  ["with an unpublished message", undefined, ({ memory }) => {
    memory.write(MessageType.Stream, 0);
  }],
  ["in a message", "connection-aborted", ({ memory }) => {
    memory.write(MessageType.Stream, 0, new Uint8Array(100), 12 + 1000);
    memory.writer.publish();
  }],
  ["in a message of many rings", "connection-aborted", ({ memory }) => {
    memory.write(
      MessageType.Stream,
      0,
      new Uint8Array(SIZE - 16),
      12 + 2 ** 20,
    );
    memory.writer.publish();
  }],
  [
    "between descriptors and their message",
    "connection-aborted",
    ({ raw, memory, scene }) => {
      raw.send(words(datagramKind.DESCRIPTORS, 1), scene.numbers(1));
      memory.write(recordType.DESCRIPTORS, 1);
      memory.writer.publish();
    },
  ],
];

for (const [name, code, attack] of CUTS) {
  for (const how of ["the socket closes", "the ring ends"] as const) {
    ringTest(`${how} ${name}`, async (scene) => {
      const [peer, raw, memory] = await scene.linked({
        maxBodyLenRead: 2 ** 21,
      });
      attack({ raw, memory, scene });
      if (how === "the ring ends") {
        memory.writer.finish();
        raw.trySend(words(datagramKind.WAKE));
      } else raw.close();
      await drain(peer);
      assertEquals((await peer.closed)?.code, code);
    });
  }
}

/** Takes messages until the end, however it comes. */
async function drain(peer: RingPeer): Promise<void> {
  try {
    while (await peer.recvMessage() !== null);
  } catch (error) {
    assert(error instanceof RpcError && error.fatal);
  }
}

ringTest(
  "an index that is broken as the connection goes to sleep ends it",
  async (scene) => {
    const clock = new HandClock();
    const [channel, , memory, reading] = await scene.channel(clock);
    let failure: unknown;
    reading.catch((error) => failure = error);
    memory.there.control[controlWord.TAIL] = 5;
    // What the reactor asks once nothing has come.
    assert(channel.sleep());
    // In this turn: the next one would look again.
    await Promise.resolve();
    assert(failure instanceof RpcError, `${failure}`);
    assertEquals(failure.code, "invalid-shared-memory");
  },
);

ringTest("a freeze in the middle of a record is noticed", async (scene) => {
  const [peer, raw, memory] = await scene.linked({
    maxBodyLenRead: 2 ** 20,
    stallTimeout: 50,
  });
  memory.write(MessageType.Stream, 0, new Uint8Array(100), 12 + 1000);
  memory.writer.publish();
  raw.send(words(datagramKind.WAKE));
  assertEquals((await peer.closed)?.code, "limit-exceeded");
});

ringTest("a side that doesn't read is cut off", async (scene) => {
  const [peer] = await scene.linked({
    maxBodyLenWrite: 2 ** 20,
    stallTimeout: 50,
  });
  const sends = Array.from(
    { length: 4 },
    () => peer.sendStream(1, new Uint8Array(40_000)),
  );
  const results = await Promise.allSettled(sends);
  assertEquals(results.at(-1)?.status, "rejected");
  assertEquals((await peer.closed)?.code, "limit-exceeded");
});
