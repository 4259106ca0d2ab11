import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import { listen, Peer, type PeerHandle, TcpTransport } from "../../mod.ts";
import { UnixStreamTransport } from "../../mod.ts";
import {
  frame,
  frames,
  REQUEST,
  REQUESTER_UPDATE,
  RESPONDER_UPDATE,
  RESPONSE,
  STREAM,
} from "../support/scripted_frames.ts";
import { writeAll } from "../support/scripted_fill.ts";
import { type Permission, testWith } from "../support/permissions.ts";
import { converse, type Side } from "./conversation.ts";
import { checkEmpty } from "./scene.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";

/** What the other side says, in an order that needs no answer to be waited for. */
const SAID = frames(
  frame(REQUEST, 0, 1, "a"),
  frame(REQUESTER_UPDATE, 0, 10, "up"),
  frame(RESPONDER_UPDATE, 0, 11, "down"),
  frame(RESPONSE, 0, 1, "b"),
  frame(STREAM, 0, 5, "stream"),
  frame(REQUEST, 1, 2),
);

/** Connects a peer of ours and a raw socket. */
type Link = () => Promise<[PeerHandle, Deno.Conn]>;

function tcp(reactor: boolean): Link {
  return async () => {
    using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = server.addr;
    const [ours, theirs] = await Promise.all([
      TcpTransport.connect({ hostname: "127.0.0.1", port }, { reactor }),
      server.accept(),
    ]);
    return [Peer.spawn(ours), theirs];
  };
}

function unix(reactor: boolean): Link {
  return async () => {
    using folder = new TempDir();
    const path = folder.file("socket");
    const server = Deno.listen({ transport: "unix", path });
    const [ours, theirs] = await Promise.all([
      UnixStreamTransport.connect(path, { reactor }),
      server.accept(),
    ]);
    server.close();
    return [Peer.spawn(ours), theirs];
  };
}

/** The names of the sockets that are cut, and what they need. */
const LINKS: readonly (readonly [string, Permission, Link])[] = [
  ["TCP", "net", tcp(false)],
  ["Unix", "unix", unix(false)],
  ["TCP (on the reactor)", "ffi", tcp(true)],
  ["Unix (on the reactor)", "ffi", unix(true)],
];

/** What the other side leaves unread when it closes. */
type Unread = "nothing unread" | "unread data";

/** A conversation that a peer of ours has begun. */
interface Begun {
  readonly peer: PeerHandle;
  readonly side: Side;
  readonly conn: Deno.Conn;
}

/** Connects, and reads the first request: what is said from now on has its place. */
async function begin(link: Link): Promise<Begun> {
  const [peer, conn] = await link();
  const side = converse(peer);
  const head = new Uint8Array(17);
  for (let at = 0; at < head.length;) {
    const n = await conn.read(head.subarray(at));
    if (n === null) throw new Error("It ended too early");
    at += n;
  }
  return { peer, side, conn };
}

/** Says so many bytes of the conversation, and closes. */
async function sayAndClose(
  link: Link,
  bytes: number,
  unread: Unread,
): Promise<void> {
  const where = `closed after ${bytes} bytes with ${unread}`;
  const { peer, side, conn } = await begin(link);
  const into = new Uint8Array(4096);
  await writeAll(conn, SAID.subarray(0, bytes));
  if (unread === "nothing unread") {
    await conn.closeWrite();
    // Reads until we have nothing to say any more, which is our end.
    while (await conn.read(into).catch(() => null) !== null);
  } else {
    // More than it has read: our update is on its way, or there.
    await peer.sendStream(9, "unread");
  }
  conn.close();
  const codes = ["connection-closed", "connection-aborted"];
  await deadline(side.ended, HANGS_AFTER).catch(() => {});
  side.outcomes.check(codes, where);
  const error = await deadline(peer.closed, HANGS_AFTER);
  assert(error === null || codes.includes(error.code), where);
  await checkEmpty(peer, where);
}

for (const [name, permission, link] of LINKS) {
  for (const unread of ["nothing unread", "unread data"] as const) {
    testWith(
      permission,
      `A ${name} socket that the other side closes at any byte, with ${unread}, settles every promise`,
      async () => {
        for (let bytes = 0; bytes <= SAID.length; bytes++) {
          await sayAndClose(link, bytes, unread);
        }
      },
    );
  }

  testWith(
    permission,
    `A ${name} socket that the other side ends cleanly between two messages is connection-closed`,
    async () => {
      const { peer, side, conn } = await begin(link);
      await writeAll(conn, SAID);
      await side.ready;
      await conn.closeWrite();
      const into = new Uint8Array(4096);
      while (await conn.read(into) !== null);
      conn.close();
      await side.ended;
      side.outcomes.check(["connection-closed"], name);
      const error = await peer.closed;
      assertEquals([error?.code, error?.actual], ["connection-closed", 1]);
      await checkEmpty(peer, name);
    },
  );

  testWith(
    permission,
    `A ${name} socket that the other side ends inside a message is connection-aborted`,
    async () => {
      const { peer, side, conn } = await begin(link);
      await writeAll(conn, SAID.subarray(0, SAID.length - 1));
      await conn.closeWrite();
      await side.ended;
      conn.close();
      side.outcomes.check(["connection-aborted"], name);
      assertEquals((await peer.closed)?.code, "connection-aborted");
      await checkEmpty(peer, name);
    },
  );
}

for (const reactor of [false, true]) {
  testWith(
    reactor ? "ffi" : "net",
    `A listener${
      reactor ? " on the reactor" : ""
    } goes on after connections that were cut at any byte`,
    async () => {
      await using listener = listen("tcp://127.0.0.1:0", { reactor });
      const { port } = listener.addr;
      const running = listener.run((peer) =>
        peer.serve({ 1: (_r, body) => body })
      );
      for (let bytes = 0; bytes <= SAID.length; bytes++) {
        using conn = await Deno.connect({ port });
        await writeAll(conn, SAID.subarray(0, bytes));
      }
      using peer = await Deno.connect({ port });
      await writeAll(peer, frame(REQUEST, 7, 1, "alive"));
      const into = new Uint8Array(64);
      const n = await peer.read(into);
      assertEquals(into.slice(0, n ?? 0), frame(RESPONSE, 7, 1, "alive"));
      listener.close();
      await running;
    },
  );
}
