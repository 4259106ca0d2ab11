/** Clients that connect and never offer rings. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  FileDescriptor,
  PeerHandle,
  RpcError,
  SharedRingTransport,
} from "../../mod.ts";
import { tick } from "../../internal/event_loop.ts";
import { Connection } from "../../peer/connection.ts";
import { HandClock } from "../support/hand_clock.ts";
import { ringTest } from "./support/raw_rings.ts";

const SOCK_SEQPACKET = 5;
const CLOEXEC = 0o2000000;
const PERIOD = 1000;

ringTest(
  "what waits for rings that nobody offers is given up",
  async (scene) => {
    const clock = new HandClock();
    const [a, b] = scene.libc.socketPair(SOCK_SEQPACKET | CLOEXEC);
    const transport = new SharedRingTransport(new FileDescriptor(a), "accept");
    const connection = new Connection(
      transport,
      { stallTimeout: PERIOD, writeQueueBytes: 10_000 },
      { clock },
    );
    const peer = new PeerHandle(connection);
    connection.start();
    // Sends wait for room after some of them: nothing grows.
    let sent = 0;
    const sending = assertRejects(async () => {
      for (;; sent++) await peer.sendStream(1, new Uint8Array(1000));
    }, RpcError);
    for (let i = 0; i < 3; i++) {
      await tick();
      clock.turn(PERIOD);
    }
    const error = await peer.closed;
    assertEquals([error?.code, error?.side], ["limit-exceeded", "remote"]);
    assertStringIncludes(error!.message, "stallTimeout");
    assertEquals((await sending).code, "limit-exceeded");
    assertEquals(sent < 20, true, `${sent} messages waited`);
    await peer.close();
    assertEquals(clock.pending, 0);
    scene.libc.ok(scene.libc.symbols.close(b));
  },
);
