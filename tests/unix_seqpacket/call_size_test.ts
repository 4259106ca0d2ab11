/** How many datagrams one call asks for: by what those before have brought. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../mod.ts";
import { Libc } from "../../transports/libc/libc.ts";
import type { LibcSymbols } from "../../transports/libc/symbols.ts";
import { DatagramReceiver } from "../../transports/unix_seqpacket/datagram_receiver.ts";
import { ReceiveSpace } from "../../transports/unix_seqpacket/receive_space.ts";
import { resolveUnixConfig } from "../../transports/unix_seqpacket/unix_config.ts";
import { RawSocket } from "./support/raw_socket.ts";
import { datagram, type Scene, sceneTest } from "./support/scene.ts";

const { Stream } = MessageType;
const SEQPACKET_NONBLOCK_CLOEXEC = 5 | 0o4000 | 0o2000000;
const LENGTH = 100 * 1024;

/** Remembers how many datagrams each call asked for. */
class WatchedSpace extends ReceiveSpace {
  readonly asked: number[] = [];

  override receive(symbols: LibcSymbols, fd: number, max: number): number {
    this.asked.push(max);
    return super.receive(symbols, fd, max);
  }
}

interface Watched {
  /** The other end. */
  readonly raw: RawSocket;
  /** Receives what is there; how many datagrams the last call asked for. */
  turn(): number;
}

function watch(scene: Scene): Watched {
  const [a, b] = scene.libc.socketPair(SEQPACKET_NONBLOCK_CLOEXEC);
  scene.use(new RawSocket(scene.libc, a));
  const raw = scene.use(new RawSocket(scene.libc, b));
  const libc = scene.use(Libc.require("a test"));
  const space = new WatchedSpace(LENGTH);
  const config = resolveUnixConfig({ maxBodyLenRead: LENGTH });
  const receiver = new DatagramReceiver(libc, a, space, config);
  return {
    raw,
    turn() {
      for (const item of receiver.receive() ?? []) {
        if ("body" in item) item.body[Symbol.dispose]();
      }
      const last = space.asked.at(-1);
      assert(last !== undefined);
      return last;
    },
  };
}

sceneTest(
  "A call asks for few datagrams until they have shown to be small",
  (scene) => {
    const { raw, turn } = watch(scene);
    const asked: number[] = [];
    for (let i = 0; i < 8; i++) {
      raw.send(datagram(Stream, 0, 1, "small"));
      asked.push(turn());
    }
    assertEquals(asked[0], 11, "1 MiB of 100 KiB each");
    assertEquals(asked, asked.toSorted((a, b) => a - b));
    // 4 MiB of address space hold so many.
    assertEquals(asked.at(-1), 40);
  },
);

sceneTest("A large datagram makes calls ask for few again", (scene) => {
  const { raw, turn } = watch(scene);
  for (let i = 0; i < 8; i++) {
    raw.send(datagram(Stream, 0, 1, "small"));
    turn();
  }
  raw.send(datagram(Stream, 0, 1, new Uint8Array(LENGTH - 12)));
  assertEquals(turn(), 40);
  raw.send(datagram(Stream, 0, 1, "small"));
  assertEquals(turn(), 11);
});

sceneTest("Many descriptors make calls ask for few, too", (scene) => {
  const { raw, turn } = watch(scene);
  for (let i = 0; i < 8; i++) {
    raw.send(datagram(Stream, 0, 1, "small"));
    turn();
  }
  raw.send(datagram(Stream, 0, 1, "many"), scene.numbers(100));
  assertEquals(turn(), 40);
  raw.send(datagram(Stream, 0, 1, "small"));
  assertEquals(turn(), 1);
});
