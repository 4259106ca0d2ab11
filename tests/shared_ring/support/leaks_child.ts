/**
 * Run by leaks_test.ts, in a process of its own: /proc/self/fd counts all
 * descriptors. Runs the cases of seqpacket sockets that need two peers and no raw
 * socket, over rings; and those below, which need raw ones. Writes one line of JSON
 * for each: its name, and what is wrong with it, or null.
 */
import { openLibc } from "../../support/suite/held_libc.ts";
import { assertEquals } from "@std/assert";
import { MessageType, Peer, SharedRingTransport } from "../../../mod.ts";
import { datagramKind } from "../../../transports/shared_ring/hello.ts";
import { recordType } from "../../../transports/shared_ring/record.ts";
import { type Cases, until } from "../../unix_seqpacket/leaks/case.ts";
import { CASES } from "../../unix_seqpacket/leaks/cases.ts";
import { judge, shown } from "../../unix_seqpacket/leaks/judge.ts";
import type {
  PairOptions,
  UnixPeer,
} from "../../unix_seqpacket/support/scene.ts";
import { FRAME_CASES, mappings } from "../frames/leak_cases.ts";
import { hello, RingScene, words } from "./raw_rings.ts";
import { openSignalSockets } from "../../support/processes/signal_sockets.ts";

openSignalSockets();
using _libc = openLibc();

/** A case needs a raw seqpacket socket, so that it isn't one of rings. */
class NeedsSocket extends Error {}

/** Two peers over rings where a case asks for two over a socket. */
class LeakScene extends RingScene {
  override pair(
    options: PairOptions = {},
    right = options,
  ): [UnixPeer, UnixPeer] {
    const [a, b] = SharedRingTransport.pair(options);
    return [this.use(Peer.spawn(a, options)), this.use(Peer.spawn(b, right))];
  }

  override adopt(): never {
    throw new NeedsSocket();
  }

  override adoptRaw(): never {
    throw new NeedsSocket();
  }
}

type RingCase = (scene: LeakScene) => Promise<void>;

const { Stream } = MessageType;

const RING_CASES: Record<string, RingCase> = {
  async "a refused offer"(scene) {
    const [peer, raw] = scene.accepting();
    raw.send(hello({ 1: 9 }), scene.numbers(3));
    await peer.closed;
  },
  async "an offer that is never taken"(scene) {
    const [peer, raw] = scene.connecting();
    await raw.recv().then((offer) => {
      for (const fd of offer!.fds) scene.libc.symbols.close(fd);
    });
    await peer.close();
  },
  async "an offer to a transport that is closed unread"(scene) {
    const [left, right] = SharedRingTransport.pair();
    await left.close();
    await right.close();
    await Promise.resolve(scene);
  },
  async "descriptors without a message"(scene) {
    const [peer, raw] = await scene.linked();
    for (let i = 0; i < 5; i++) {
      raw.send(words(datagramKind.DESCRIPTORS, 3), scene.numbers(3));
    }
    raw.close();
    assertEquals(await peer.recvMessage(), null);
  },
  async "descriptors whose message is cut off"(scene) {
    const [peer, raw, memory] = await scene.linked({ maxBodyLenRead: 10_000 });
    raw.send(words(datagramKind.DESCRIPTORS, 3), scene.numbers(3));
    memory.write(recordType.DESCRIPTORS, 3);
    memory.write(Stream, 0, new Uint8Array(100), 12 + 5000);
    memory.writer.publish();
    raw.send(words(datagramKind.WAKE));
    await until(() => memory.reader.memory.control[0] === 0);
    raw.close();
    await peer.closed;
  },
  async "too many descriptors, and descriptors with a wake-up"(scene) {
    const [peer, raw, memory] = await scene.linked({ maxFdsRead: 2 });
    raw.send(words(datagramKind.DESCRIPTORS, 3), scene.numbers(3));
    raw.send(words(datagramKind.WAKE), scene.numbers(3));
    memory.write(recordType.DESCRIPTORS, 3);
    memory.write(Stream, 0);
    memory.write(Stream, 0);
    memory.writer.publish();
    raw.send(words(datagramKind.WAKE));
    await peer.recvMessage().then(
      () => Promise.reject(new Error("The first message isn't refused")),
      ({ code }) => assertEquals(code, "too-many-fds"),
    );
    assertEquals((await peer.recvMessage())?.kind, "stream");
  },
  async "descriptors that come after a violation"(scene) {
    const [peer, raw] = await scene.linked();
    raw.trySend(words(99));
    for (let i = 0; i < 4; i++) {
      raw.trySend(words(datagramKind.DESCRIPTORS, 1));
      raw.send(words(datagramKind.DESCRIPTORS, 3), scene.numbers(3));
    }
    await peer.closed;
  },
};

function mappingsLeft(): Error | null {
  const left = mappings();
  return left === 0 ? null : new Error(`${left} mappings are left`);
}

const shared: Cases = Object.assign({}, ...Object.values(CASES));
const own = { ...FRAME_CASES, ...RING_CASES };
for (const [name, run] of Object.entries({ ...own, ...shared })) {
  const error = await judge(async () => {
    await using scene = new LeakScene();
    await run(scene);
  }) ?? mappingsLeft();
  if (error instanceof NeedsSocket) continue;
  console.log(JSON.stringify({ name, error: shown(error) }));
}
