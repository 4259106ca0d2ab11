/** What is closed twice is closed once. */
import { assertEquals, assertRejects } from "@std/assert";
import {
  SharedRingTransport,
  TcpTransport,
  UnixSeqpacketTransport,
  UnixStreamTransport,
} from "../../mod.ts";
import { connectNodeTcp } from "../../transports/sockets/node_connect.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";

const TCP = { hostname: "127.0.0.1", port: 0 };

/** Ways to listen, each on a path of its own where it needs one. */
const LISTENING = {
  "TCP": () => TcpTransport.listen(TCP),
  "TCP on the reactor": () => TcpTransport.listen(TCP, { reactor: true }),
  "Unix stream": (path: string) => UnixStreamTransport.listen(path),
  "Unix stream on the reactor": (path: string) =>
    UnixStreamTransport.listen(path, { reactor: true }),
  "Unix seqpacket": (path: string) => UnixSeqpacketTransport.listen(path),
  "shared rings": (path: string) => SharedRingTransport.listen(path),
};

for (const [name, listen] of Object.entries(LISTENING)) {
  testWith(
    "all",
    `${name}: a closed acceptor can be closed again`,
    async () => {
      using dir = new TempDir();
      const acceptor = listen(dir.file("s"));
      const accepting = assertRejects(() => acceptor.accept());
      await acceptor.close();
      await accepting;
      await acceptor.close();
      await assertRejects(() => acceptor.accept());
    },
  );
}

testWith(
  "all",
  "a socket of Node whose other side has ended tells it again and again",
  async () => {
    using listener = Deno.listen(TCP);
    const { port } = listener.addr;
    const [conn, accepted] = await Promise.all([
      connectNodeTcp({ port }, undefined),
      listener.accept(),
    ]);
    try {
      accepted.close();
      for (let i = 0; i < 3; i++) {
        assertEquals(await conn.read(new Uint8Array(1)), null);
      }
    } finally {
      conn.close();
    }
  },
);
