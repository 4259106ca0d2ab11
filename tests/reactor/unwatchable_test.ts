/**
 * What epoll refuses to watch: the kernel has limits of its own
 * (fs.epoll.max_user_watches), here it is a file in the socket's place. A
 * rejection that nobody awaits would end the program: the test fails with it.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { Peer, RpcError, UnixSeqpacketTransport } from "../../mod.ts";
import { SocketAcceptor } from "../../transports/reactor_sockets/socket_acceptor.ts";
import {
  assertUsable,
  type Scene,
  sceneTest,
} from "../unix_seqpacket/support/scene.ts";
import { eventLoopTurns } from "../support/event_loop_turns.ts";
import { type Probe, probes } from "./support/probe.ts";

const CLOEXEC = 0o2000000;

/** Puts a file, which is always ready, in the place of a socket. */
function replace(scene: Scene, fd: number): void {
  const [file] = scene.numbers(1) as [number];
  scene.libc.ok(scene.libc.symbols.dup3(file, fd, CLOEXEC));
}

function unwatchable(scene: Scene): UnixSeqpacketTransport {
  const [a, b] = UnixSeqpacketTransport.socketPair();
  scene.use(b);
  const { fd } = a;
  const transport = new UnixSeqpacketTransport(a);
  replace(scene, fd);
  return transport;
}

sceneTest("A peer that can't be watched ends, alone", async (scene) => {
  const [c, d] = scene.pair();
  const peer = scene.use(Peer.spawn(unwatchable(scene)));
  const error = await peer.closed;
  assertEquals(error?.code, "connection-aborted");
  assert(error?.cause instanceof Error);
  assert(/Cannot watch descriptor \d+/.test(error.cause.message));
  await eventLoopTurns(3);
  await assertUsable(c, d);
});

sceneTest("Streams that can't be watched fail", async (scene) => {
  const transport = unwatchable(scene);
  const reader = transport.readable.getReader();
  const error = await assertRejects(() => reader.read(), RpcError);
  assertEquals(error.code, "connection-aborted");
  await transport.close();
  await eventLoopTurns(3);
});

sceneTest("A listener that can't be watched fails to accept", async (scene) => {
  const path = join(scene.dir, "socket");
  const acceptor = UnixSeqpacketTransport.listen(path);
  assert(acceptor instanceof SocketAcceptor);
  replace(scene, acceptor.fd);
  for (let i = 0; i < 2; i++) {
    await assertRejects(() => acceptor.accept(), Error, "Cannot watch");
  }
  await acceptor.close();
  await eventLoopTurns(3);
});

sceneTest("One that can't be watched is told so, each time", (scene) => {
  const [bad] = probes(scene, 1) as [Probe];
  replace(scene, bad.fd);
  bad.want();
  bad.want();
  assertEquals(bad.failures.length, 2);
  assertEquals(bad.told, []);
});
