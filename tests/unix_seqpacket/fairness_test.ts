/** A connection that floods doesn't hold up the others: counted, never timed. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../mod.ts";
import type { RawSocket } from "./support/raw_socket.ts";
import {
  datagram,
  nextStream,
  type Scene,
  sceneTest,
  type UnixPeer,
} from "./support/scene.ts";

const { Stream } = MessageType;
const EAGAIN = 11;
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_SNDBUFFORCE = 32;
/** What one connection may bring in one turn. */
const TURN_MESSAGES = 64;
const TURN_BYTES = 1024 * 1024;

/** Fills the buffer of a socket; how many messages that took, at most `most`. */
function fill(
  raw: RawSocket,
  bytes: Uint8Array<ArrayBuffer>,
  most = 10_000,
): number {
  for (let i = 0; i < most; i++) {
    const errno = raw.trySend(bytes);
    if (errno === EAGAIN) return i;
    assertEquals(errno, 0);
  }
  return most;
}

/** Counts what each of two peers gets until the second has got so much. */
async function race(
  flooded: UnixPeer,
  again: () => void,
  other: UnixPeer,
  messages: number,
): Promise<number> {
  let done = false;
  let floods = 0;
  const flood = (async (): Promise<void> => {
    for (; !done; floods++) {
      await nextStream(flooded);
      again();
    }
  })();
  for (let i = 0; i < messages; i++) await nextStream(other);
  done = true;
  const counted = floods;
  await flood;
  return counted;
}

sceneTest(
  "One message gets through beside a flood of small ones",
  async (scene) => {
    const [flooded, flooder] = scene.raw();
    const [other, raw] = scene.raw();
    const small = datagram(Stream, 0, 1, "flood");
    assert(fill(flooder, small) > 2 * TURN_MESSAGES, "it is no flood");
    raw.send(datagram(Stream, 0, 1, "other"));
    const floods = await race(flooded, () => fill(flooder, small, 1), other, 1);
    assert(floods <= 2 * TURN_MESSAGES, `${floods} of the flood came first`);
  },
);

sceneTest(
  "Many messages get through beside a flood that goes on",
  async (scene) => {
    const [flooded, flooder] = scene.raw();
    const [other, raw] = scene.raw();
    const small = datagram(Stream, 0, 1, "flood");
    fill(flooder, small);
    const count = 4 * TURN_MESSAGES;
    assertEquals(fill(raw, small, count), count, "the buffer is too small");
    const again = (): number => fill(flooder, small, 1);
    const floods = await race(flooded, again, other, count);
    assert(floods <= 8 * TURN_MESSAGES, `${floods} beside ${count}`);
  },
);

sceneTest(
  "A turn brings 64 messages of a connection at most",
  async (scene) => {
    const [flooded, flooder] = scene.raw();
    const small = datagram(Stream, 0, 1, "flood");
    assert(fill(flooder, small) > 2 * TURN_MESSAGES, "it is no flood");
    await nextStream(flooded);
    const { messagesReceived } = flooded.stats();
    assert(
      messagesReceived <= TURN_MESSAGES,
      `${messagesReceived} in one turn`,
    );
  },
);

sceneTest("A turn brings some 1 MiB of a connection at most", async (scene) => {
  const length = 100 * 1024;
  const limits = { maxBodyLenRead: length };
  const [flooded, flooder] = scene.raw(limits);
  const value = new Int32Array([4 * TURN_BYTES]);
  const { setsockopt } = scene.libc.symbols;
  // Beyond net.core.wmem_max if it may; else what that allows.
  for (const option of [SO_SNDBUF, SO_SNDBUFFORCE]) {
    setsockopt(flooder.fd, SOL_SOCKET, option, value, 4);
  }
  const large = datagram(Stream, 0, 1, new Uint8Array(length));
  const count = fill(flooder, large);
  assert(count > 0);
  await nextStream(flooded);
  const { bytesReceived } = flooded.stats();
  assert(bytesReceived <= 2 * TURN_BYTES, `${bytesReceived} bytes in one turn`);
  for (let i = 1; i < count; i++) await nextStream(flooded);
});

sceneTest(
  "Large messages behind many small ones arrive whole, and small ones behind them",
  async (scene) => {
    const length = 20 * 1024;
    const [peer, raw] = scene.raw({ maxBodyLenRead: length });
    const small = datagram(Stream, 0, 1, "small");
    const large = datagram(Stream, 0, 1, new Uint8Array(length).fill(7));
    for (let round = 0; round < 3; round++) {
      assertEquals(fill(raw, small, 100), 100);
      const count = fill(raw, large, 9);
      assert(count > 2, "the buffer is too small");
      for (let i = 0; i < 100; i++) {
        assertEquals((await nextStream(peer)).text(), "small");
      }
      for (let i = 0; i < count; i++) {
        const { data } = (await nextStream(peer)).body;
        assertEquals(data.length, length);
        assert(data.every((byte) => byte === 7), "other bytes");
      }
    }
  },
);

sceneTest("20 floods don't hold up another one", async (scene) => {
  const small = datagram(Stream, 0, 1, "flood");
  const floods = Array.from({ length: 20 }, () => scene.raw());
  const [other, raw] = scene.raw();
  let counted = 0;
  let done = false;
  const flooding = floods.map(async ([peer, flooder]) => {
    fill(flooder, small);
    for (; !done; counted++) {
      await nextStream(peer);
      fill(flooder, small, 1);
    }
  });
  raw.send(datagram(Stream, 0, 1, "other"));
  await nextStream(other);
  done = true;
  const most = 2 * TURN_MESSAGES * floods.length;
  assert(counted <= most, `${counted} of the floods came first`);
  await Promise.all(flooding);
});

/** Calls with so many in flight, until it is told to stop; counts the answers. */
function flood(peer: UnixPeer, inFlight: number): {
  readonly answers: number;
  stop(): Promise<void>;
} {
  const MOST = 20_000;
  let [answers, asked, stopped] = [0, 0, false];
  const loops = Array.from({ length: inFlight }, async () => {
    while (!stopped && asked++ < MOST) {
      await peer.call(1, "flood");
      answers++;
    }
  });
  return {
    get answers() {
      return answers;
    },
    async stop() {
      stopped = true;
      await Promise.all(loops);
    },
  };
}

/** Two peers, of which the second echoes. */
function served(scene: Scene): UnixPeer {
  const [a, b] = scene.pair();
  b.serve({ 1: (_request, body) => body.data });
  return a;
}

sceneTest(
  "Calls get through beside a flood of 256 in flight",
  async (scene) => {
    const flooding = flood(served(scene), 256);
    const other = served(scene);
    const CALLS = 20;
    for (let i = 0; i < CALLS; i++) await other.call(1, "other");
    // A call takes two turns, in each of which the flood gets a share at most.
    const most = 4 * TURN_MESSAGES * (CALLS + 1);
    assert(
      flooding.answers <= most,
      `${flooding.answers} answers of the flood`,
    );
    await flooding.stop();
  },
);
