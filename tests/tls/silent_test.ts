/** Clients that say nothing within their handshakes. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { connect } from "../../endpoints/tls.ts";
import { immediate, tick } from "../../internal/event_loop.ts";
import { Listener } from "../../mod.ts";
import { bindTcp } from "../../transports/sockets/open_socket.ts";
import {
  SILENCE,
  SilentHandshakes,
} from "../../transports/tls/silent_handshakes.ts";
import { HandClock } from "../support/hand_clock.ts";
import { PLACES, secureAcceptor, tlsTest } from "./support.ts";

/** Lets a period pass, with the second look at its end. */
async function pass(clock: HandClock): Promise<void> {
  clock.turn(SILENCE);
  await tick();
  await immediate();
}

tlsTest("clients that say nothing don't keep others out", async (scene) => {
  const clock = new HandClock();
  const acceptor = secureAcceptor(
    await bindTcp({ hostname: "127.0.0.1", port: 0 }),
    scene.server,
    clock,
  );
  const { onError } = scene.mutual;
  await using listener = new Listener(acceptor, { onError });
  const running = listener.run((peer) => peer.serve({ 1: (_r, body) => body }));
  const { port } = acceptor.addr;
  const silent: Deno.TcpConn[] = [];
  for (let i = 0; i < PLACES; i++) silent.push(await Deno.connect({ port }));
  // All places are taken.
  while (clock.pending === 0) await immediate();
  const connecting = connect(acceptor.addr, { caCerts: [scene.ca.cert] });
  await pass(clock);
  await pass(clock);
  await using peer = await connecting;
  assertEquals((await peer.call(1, "let in")).text(), "let in");
  for (const conn of silent) {
    assertEquals(await conn.read(new Uint8Array(1)).catch(() => null), null);
    conn.close();
  }
  // Besides, there is a warning about so many in a row.
  const told = scene.errors.filter(({ name }) => name === "TimedOut");
  assertEquals(told.length, PLACES);
  assertStringIncludes(told[0]!.message, "It had to give way, as 64");
  await peer.close();
  await listener.shutdown();
  await running;
  assertEquals(clock.pending, 0);
});

/** A handshake of which something comes when the test says so. */
class FakeHandshake {
  reads = 0;
  gone = false;

  giveWay(): void {
    this.gone = true;
  }
}

Deno.test("handshakes give way after a period of silence, while there is no place", async () => {
  const clock = new HandClock();
  let full = false;
  const silent = new SilentHandshakes(clock, () => full);
  const [quiet, talks, late] = [1, 2, 3].map(() => new FakeHandshake());
  silent.add(quiet!);
  silent.add(talks!);
  silent.watch();
  assertEquals(clock.pending, 0, "nothing is watched while there is a place");
  full = true;
  silent.watch();
  await pass(clock);
  silent.add(late!);
  talks!.reads++;
  assertEquals([quiet!.gone, talks!.gone], [false, false]);
  await pass(clock);
  assertEquals([quiet!.gone, talks!.gone, late!.gone], [true, false, false]);
  silent.delete(quiet!);
  // There is a place again: whoever is left may take its time.
  full = false;
  await pass(clock);
  await pass(clock);
  assertEquals([talks!.gone, late!.gone], [false, false]);
  await silent.stop();
  assertEquals(clock.pending, 0);
});
