/** Closing where closing can lose bytes: it waits for the other side's end. */
import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import { concat } from "@std/bytes";
import { PeerHandle, TcpTransport } from "../../mod.ts";
import type { PeerOptions, StreamBody, TcpInfo } from "../../mod.ts";
import { Connection } from "../../peer/connection.ts";
import { tick } from "../../internal/event_loop.ts";
import { conformance } from "../support/conformance.ts";
import { isPending, nextRequest } from "../support/expect.ts";
import { HandClock } from "../support/hand_clock.ts";
import { testWith } from "../support/permissions.ts";
import { frame, parse, REQUEST, STREAM } from "../support/scripted_frames.ts";
import { turns } from "../support/scripted_turn.ts";
import { writeAll } from "../support/scripted_fill.ts";
import { Victim } from "../hostile/victim.ts";
import { hearEnd, settles } from "./support.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";

const LARGE = 1_500_000;
const LIMITS = { maxBodyLenRead: 1 << 24, maxBodyLenWrite: 1 << 24 };

/** A peer over TCP with a clock of the test, and a bare socket at its other end. */
class BareEnd implements AsyncDisposable {
  readonly clock = new HandClock();
  readonly peer: PeerHandle<StreamBody, TcpInfo>;
  readonly conn: Deno.Conn;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];

  constructor(transport: TcpTransport, conn: Deno.Conn, options: PeerOptions) {
    const { clock } = this;
    const connection = new Connection(transport, options, { clock });
    this.peer = new PeerHandle(connection);
    this.conn = conn;
    connection.start();
  }

  static async make(options: PeerOptions = {}): Promise<BareEnd> {
    const acceptor = TcpTransport.listen("127.0.0.1:0", LIMITS);
    const [conn, transport] = await Promise.all([
      Deno.connect(acceptor.addr),
      acceptor.accept(),
    ]);
    acceptor.close();
    return new BareEnd(transport, conn, options);
  }

  /** What it has read. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return concat(this.#parts);
  }

  say(bytes: Uint8Array): Promise<void> {
    return writeAll(this.conn, bytes);
  }

  /** Reads once; false at the end. */
  async read(): Promise<boolean> {
    const into = new Uint8Array(65536);
    const n = await this.conn.read(into);
    if (n === null) return false;
    this.#parts.push(into.subarray(0, n));
    return true;
  }

  /** Reads to the end; how many bytes came in all. */
  async readAll(): Promise<number> {
    while (await this.read());
    return this.bytes.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    await deadline(this.peer.close(), HANGS_AFTER);
    assertEquals(this.clock.pending, 0, "alarms that are left");
  }
}

/** What the other side says while the peer closes. */
const SAYINGS: Record<string, readonly Uint8Array[]> = {
  "nothing": [],
  "one thing more": [frame(STREAM, 0, 1, "more")],
  "a request more": [frame(REQUEST, 2, 1, "more")],
  "several things more": Array.from(
    { length: 20 },
    (_, i) => frame(STREAM, 0, i, "more"),
  ),
  "half a message": [frame(STREAM, 0, 1, "more").subarray(0, 10)],
  "a large message": [frame(STREAM, 0, 1, new Uint8Array(LARGE))],
};

for (const [name, sayings] of Object.entries(SAYINGS)) {
  testWith(
    "net",
    `TCP: what close() has accepted arrives whole though the other side says ${name}`,
    async () => {
      await using end = await BareEnd.make();
      const { peer } = end;
      await end.say(frame(REQUEST, 1, 1));
      const { request } = await nextRequest(peer);
      const responding = request.sendResponse(1, new Uint8Array(LARGE));
      const closing = peer.close();
      // A close that doesn't wait for the other side's end is over by then.
      for (let i = 0; i < 50; i++) await tick();
      for (const saying of sayings) {
        await end.say(saying);
        await end.read();
      }
      assertEquals(await deadline(end.readAll(), HANGS_AFTER), 16 + LARGE);
      const [response] = parse(end.bytes).frames;
      assertEquals([response?.requestId, response?.body.length], [1, LARGE]);
      await responding;
      end.conn.close();
      await deadline(closing, HANGS_AFTER);
      assertEquals(await peer.closed, null);
    },
  );
}

testWith(
  "net",
  "TCP: close() waits for the other side's end, and not a second where nothing of this side is open there",
  async () => {
    await using end = await BareEnd.make({ closeTimeout: 60_000 });
    // Where nothing was written, nothing can be lost, and it doesn't wait.
    await end.peer.sendStream(1, "last");
    const closing = end.peer.close();
    assertEquals(await deadline(end.readAll(), HANGS_AFTER), 16 + 4);
    for (let i = 0; i < 50; i++) await tick();
    for (let i = 0; i < 10; i++) {
      end.clock.turn(5000);
      await turns(3);
    }
    assert(await isPending(closing));
    end.conn.close();
    await deadline(closing, HANGS_AFTER);
    assertEquals(await end.peer.closed, null);
  },
);

testWith(
  "net",
  "TCP: close() ends when the other side breaks off meanwhile",
  async () => {
    await using end = await BareEnd.make();
    await end.peer.sendStream(1, "unread");
    const closing = end.peer.close();
    for (let i = 0; i < 10; i++) await tick();
    // Closing with bytes unread resets the connection.
    end.conn.close();
    await deadline(closing, HANGS_AFTER);
    assertEquals(await end.peer.closed, null);
  },
);

/** A victim that has written all, told its end, and waits for the other side's. */
async function lingering(
  openCalls: number,
  closeTimeout = 5000,
): Promise<{ victim: Victim; closing: Promise<void> }> {
  const victim = new Victim({ kind: "streamTransport", closeTimeout });
  for (let i = 0; i < openCalls; i++) victim.peer.call(i, "").catch(() => {});
  // Where nothing was written, nothing can be lost, and it doesn't wait.
  await victim.peer.sendStream(1, "last");
  const closing = victim.peer.close();
  await hearEnd(victim);
  // A close that doesn't wait for the other side's end is over by then.
  for (let i = 0; i < 20; i++) await tick();
  assert(await isPending(closing));
  return { victim, closing };
}

/** Lets time pass in small steps, with what each of them brings. */
async function pass(victim: Victim, ms: number, step = 100): Promise<void> {
  for (let at = 0; at < ms; at += step) {
    victim.clock.turn(Math.min(step, ms - at));
    await turns(2);
  }
}

Deno.test("Without calls of this side the other side has until closeTimeout", async () => {
  const { victim, closing } = await lingering(0);
  await using _victim = victim;
  await pass(victim, 4999);
  assert(await isPending(closing));
  await pass(victim, 1);
  await settles(closing);
  assertEquals(await settles(victim.peer.closed), null);
  assertEquals(victim.clock.pending, 0);
});

for (const openCalls of [1, 5]) {
  Deno.test(`With ${openCalls} calls open there closing takes at most 1 s after the last byte`, async () => {
    const { victim, closing } = await lingering(openCalls);
    await using _victim = victim;
    await pass(victim, 1000);
    await settles(closing);
    assertEquals(await settles(victim.peer.closed), null);
    assertEquals(victim.clock.pending, 0);
  });

  for (const offset of [0, 100, 300, 700, 900]) {
    Deno.test(`With ${openCalls} calls open there each byte prolongs closing by at most 1 s, and it is waited for (${offset} ms)`, async () => {
      const { victim, closing } = await lingering(openCalls);
      await using _victim = victim;
      const bytes = frame(STREAM, 0, 1, "a message that comes slowly");
      await pass(victim, offset % 400);
      for (let i = 0; i < 5; i++) {
        await victim.say(bytes.subarray(i, i + 1));
        await turns(2);
        await pass(victim, 400);
        assert(await isPending(closing), `after ${i + 1} bytes`);
      }
      await victim.say(bytes.subarray(5, 6));
      await turns(2);
      await pass(victim, 1000);
      await settles(closing);
      assertEquals(victim.clock.pending, 0);
    });
  }
}

for (const openCalls of [0, 1]) {
  Deno.test(`Bytes that go on to come don't prolong closing past closeTimeout (${openCalls} calls open)`, async () => {
    const { victim, closing } = await lingering(openCalls, 3000);
    await using _victim = victim;
    const bytes = frame(STREAM, 0, 1, new Uint8Array(100));
    for (let at = 0; at < 2900; at += 100) {
      await victim.say(bytes.subarray(at / 100, at / 100 + 1));
      await pass(victim, 100);
    }
    assert(await isPending(closing));
    await pass(victim, 100);
    await settles(closing);
    assertEquals(await settles(victim.peer.closed), null);
    assertEquals(victim.clock.pending, 0);
  });

  Deno.test(`The other side's end ends closing at once (${openCalls} calls open)`, async () => {
    const { victim, closing } = await lingering(openCalls);
    await using _victim = victim;
    await victim.say(frame(STREAM, 0, 1, "dropped"));
    victim.wire.output.endReads();
    await settles(closing);
    assertEquals(await settles(victim.peer.closed), null);
    assertEquals([victim.clock.now(), victim.clock.pending], [0, 0]);
  });

  Deno.test(`An error of the other side's end does no harm to closing (${openCalls} calls open)`, async () => {
    const { victim, closing } = await lingering(openCalls);
    await using _victim = victim;
    victim.wire.output.endReads(new Deno.errors.ConnectionReset("reset"));
    await settles(closing);
    assertEquals(await settles(victim.peer.closed), null);
    assertEquals([victim.clock.now(), victim.clock.pending], [0, 0]);
  });
}

conformance(
  "close() doesn't wait for the other side's end where closing loses nothing",
  async (scene) => {
    const clock = new HandClock();
    const [peer, raw] = await scene.raw({ clock });
    await peer.sendStream(1, "last");
    const closing = peer.close();
    await closing;
    assertEquals(await peer.closed, null);
    assertEquals([clock.now(), clock.pending], [0, 0]);
    assertEquals((await raw.recv())?.text(), "last");
    await raw.close();
  },
  ({ lingers }) => !lingers,
);

conformance(
  "close() waits for the other side's end where closing can lose bytes",
  async (scene) => {
    const clock = new HandClock();
    const [peer, raw] = await scene.raw({ clock, closeTimeout: 2000 });
    await peer.sendStream(1, "last");
    const closing = peer.close();
    await scene.pace(10);
    clock.turn(1999);
    await scene.pace(10);
    assert(await isPending(closing));
    assertEquals((await raw.recv())?.text(), "last");
    clock.turn(1);
    await closing;
    assertEquals(await peer.closed, null);
    assertEquals(clock.pending, 0);
    await raw.close();
  },
  ({ lingers }) => lingers,
);
