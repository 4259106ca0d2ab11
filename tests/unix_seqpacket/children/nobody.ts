/** Becomes another user than root, whom the limits of the system hold for. */
import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  connect,
  listen,
  RpcError,
  UnixSeqpacketTransport,
} from "../../../mod.ts";
import { lowerLimit, RLIMIT } from "../../support/processes/limits.ts";
import { assertUsable, Scene } from "../support/scene.ts";

/**
 * A user of this process's own: the system counts the descriptors that are on
 * their way by user, so those of another run would count here.
 */
const SOMEBODY = 20_000 + Deno.pid % 40_000;
const MAX_DATAGRAM_LEN = 8 * 1024 * 1024;

/** More descriptors are on their way than may be open. */
async function tooManyOnTheirWay(scene: Scene): Promise<void> {
  const limits = { maxFdsWrite: 253, maxFdsRead: 253 };
  const [peer, raw] = scene.raw(limits);
  const fds = scene.fds(253);
  using _limit = lowerLimit(RLIMIT.NOFILE, 400);
  // What is counted is before the message: the third one finds 506.
  await peer.sendStream(1, { data: "", fds });
  await peer.sendStream(2, { data: "", fds });
  const sent = peer.sendStream(3, { data: "", fds });
  const behind = peer.sendStream(4, "no descriptors");
  const error = await assertRejects(() => sent, RpcError);
  assertEquals([error.code, error.fatal, error.limit, error.actual], [
    "too-many-fds",
    false,
    400,
    253,
  ]);
  assertStringIncludes(error.message, "ulimit -n");
  await behind;
  const asked = await assertRejects(
    () => peer.call(5, { data: "", fds }),
    RpcError,
  );
  assertEquals([asked.code, asked.fatal], ["too-many-fds", false]);
  assertEquals(peer.stats().openSentRequests, 0);
  // Once they are taken, there is room again.
  for (let i = 0; i < 2; i++) {
    const taken = (await raw.recv())!.fds;
    for (const number of taken) scene.libc.symbols.close(number);
  }
  await peer.sendStream(6, { data: "", fds });
  assertEquals((await raw.recv())!.data[8], 4);
  const last = (await raw.recv())!;
  assertEquals(last.data[8], 6);
  for (const number of last.fds) scene.libc.symbols.close(number);
}

/** A send buffer is as large as net.core.wmem_max allows, and no larger. */
async function sendBuffer(scene: Scene): Promise<void> {
  const text = Deno.readTextFileSync("/proc/sys/net/core/wmem_max");
  // The kernel doubles what it is asked for.
  const most = Math.min(2 * Number(text), MAX_DATAGRAM_LEN) - 32 - 12;
  const path = `${scene.dir}/s`;
  const limits = { maxBodyLenWrite: most };
  await using listener = listen(`unix+seqpacket:${path}`, limits);
  await using client = await connect(listener.addr, limits);
  await using server = await listener.accept();
  await assertUsable(client, server);
  const larger = { maxBodyLenWrite: most + 1 };
  const errors = [
    await assertRejects(() => connect(listener.addr, larger), RangeError),
    assertThrows(() => listen(`unix+seqpacket:${path}2`, larger), RangeError),
    assertThrows(() => UnixSeqpacketTransport.pair(larger), RangeError),
  ];
  for (const { message } of errors) {
    assertStringIncludes(message, "net.core.wmem_max");
    assertStringIncludes(message, `${most + 1}`);
  }
  assertEquals([...Deno.readDirSync(scene.dir)].map(({ name }) => name), ["s"]);
  await assertUsable(client, server);
}

/** The folder of a listener's file becomes read-only. */
async function readOnlyFolder(scene: Scene): Promise<void> {
  const path = `${scene.dir}/s`;
  const told: unknown[] = [];
  const listener = listen(`unix+seqpacket:${path}`, {
    onError: (error) => told.push(error),
  });
  const accepted = assertRejects(() => listener.accept(), RpcError);
  Deno.chmodSync(scene.dir, 0o500);
  listener.close();
  await listener[Symbol.asyncDispose]();
  assertEquals((await accepted).code, "connection-closed");
  assertEquals(told.map((error) => (error as Error).name), [
    "PermissionDenied",
  ]);
  Deno.chmodSync(scene.dir, 0o700);
}

const CASES: Record<string, (scene: Scene) => Promise<void>> = {
  tooManyOnTheirWay,
  sendBuffer,
  readOnlyFolder,
};

await Scene.run(async (scene) => {
  // Before the directory is made, so that it is this user's.
  scene.libc.ok(scene.libc.symbols.setuid(SOMEBODY));
  assertEquals(Deno.uid(), SOMEBODY);
  await CASES[Deno.args[0]!]!(scene);
});
console.log("done");
