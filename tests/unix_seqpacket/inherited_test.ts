/** A child process that inherits one end of a pair. */
import { assertEquals } from "@std/assert";
import { type ChildProcess, spawn } from "node:child_process";
import { Peer, UnixSeqpacketTransport } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { Scene, type UnixPeer } from "./support/scene.ts";

const CHILD = new URL("./children/inherited.ts", import.meta.url).href;

/** A child, this end of what connects them, and what it says until its end. */
function start(): {
  peer: UnixPeer;
  ended: Promise<[code: number | null, said: string]>;
} {
  const [ours, theirs] = UnixSeqpacketTransport.socketPair();
  const child = spawn(
    Deno.execPath(),
    ["run", "-A", "--no-check", "--quiet", CHILD],
    // Its types know no numbers; Node's own take them.
    { stdio: ["ignore", "pipe", "inherit", theirs.fd as unknown as "pipe"] },
  );
  theirs.close();
  const peer = Peer.spawn(new UnixSeqpacketTransport(ours));
  return { peer, ended: end(child) };
}

function end(child: ChildProcess): Promise<[number | null, string]> {
  let said = "";
  child.stdout?.on("data", (chunk: Uint8Array) => {
    said += new TextDecoder().decode(chunk);
  });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve([code, said]));
  });
}

testWith(
  "all",
  "A child process talks over the end that it inherits",
  () =>
    Scene.run(async () => {
      const { peer, ended } = start();
      assertEquals((await peer.call(1, "hello")).text(), "child got hello");
      const { credentials } = peer.info;
      assertEquals(credentials?.pid, Deno.pid, "who made the pair");
      await peer.close();
      assertEquals(await ended, [0, "served\n"]);
    }),
);

testWith(
  "all",
  "Descriptors go to it and come back",
  () =>
    Scene.run(async (scene) => {
      const { peer, ended } = start();
      const [sample] = scene.samples(1, "pipe");
      sample!.arm();
      const { body } = await peer.call(2, { data: "", fds: [sample!.fd] });
      const [back, socket] = body.fds.splice(0);
      sample!.check(back!);
      back!.close();
      const inner = Peer.spawn(new UnixSeqpacketTransport(socket!));
      assertEquals((await inner.call(3, "")).text(), "from inside");
      await Promise.all([inner.close(), peer.close()]);
      assertEquals(await ended, [0, "served\n"]);
    }),
);
