import { assert, assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { turns } from "../support/scripted_turn.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { claim, frame, REQUEST, STREAM } from "../support/scripted_frames.ts";
import { sized } from "../support/suite/long.ts";
import { Victim, type VictimOptions } from "./victim.ts";

const SECOND = 1000;
/** The timeout, in seconds. */
const PERIOD = 6;
const TIMEOUT = PERIOD * SECOND;
/** Several times the timeout, in seconds. */
const LONG_TIME = sized(4 * PERIOD + 2, 3600);
const half = frame(STREAM, 0, 1, new Uint8Array(100)).subarray(0, 50);

function victimOf(options: VictimOptions = {}): Victim {
  return new Victim({ stallTimeout: TIMEOUT, ...options });
}

/** Turns the clock second by second, with a chance to do something in each. */
async function pass(
  victim: Victim,
  seconds: number,
  each?: (second: number) => Promise<void>,
): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await each?.(second);
    await turns();
    victim.clock.turn(SECOND);
    await turns();
  }
}

/** Fails unless the connection has ended for the stall. */
async function assertStalled(victim: Victim, what: string): Promise<void> {
  const error = await victim.peer.closed;
  assertEquals(error?.code, "limit-exceeded");
  assertEquals(error?.fatal, true);
  assertEquals(error?.side, "remote");
  assertEquals(error?.limit, TIMEOUT);
  assert(error?.message.includes(what), error?.message);
  assert(error?.message.includes("stallTimeout"), error?.message);
}

for (const kind of SCRIPTED_KINDS) {
  Deno.test(`An idle connection isn't cut off (${kind})`, async () => {
    await using victim = victimOf({ kind });
    await victim.say(frame(STREAM, 0, 1));
    await pass(victim, LONG_TIME);
    await victim.isUsable();
  });

  for (const cut of [1, 3, 4, 15, 16, 50]) {
    Deno.test(`A message of which ${cut} bytes come and no more ends in limit-exceeded (${kind})`, async () => {
      await using victim = victimOf({ kind });
      const { peer } = victim;
      const request = await peer.sendRequest(1, "");
      const pending = [
        request.recvUpdate(),
        request.recvResponse(),
        peer.recvMessage(),
      ].map((promise) => assertRejects(() => promise, RpcError));
      await victim.say(half.subarray(0, cut));
      await pass(victim, 2 * PERIOD + 1);
      await assertStalled(victim, "didn't finish a message");
      for (const { code } of await Promise.all(pending)) {
        assertEquals(code, "limit-exceeded");
      }
    });
  }

  Deno.test(`A message that trickles in ends in limit-exceeded (${kind})`, async () => {
    await using victim = victimOf({ kind });
    await victim.say(claim(8000, STREAM));
    const trickle = pass(
      victim,
      3 * PERIOD + 2,
      (second) =>
        second > 3 * PERIOD
          ? Promise.resolve()
          : victim.say(new Uint8Array(1)).catch(() => {}),
    );
    await trickle;
    await assertStalled(victim, "didn't finish a message");
  });

  Deno.test(`A long message that gets on isn't cut off (${kind})`, async () => {
    const MIB = 1024 * 1024;
    await using victim = victimOf({ kind, maxBodyLenRead: MIB });
    const long = frame(STREAM, 0, 1, new Uint8Array(MIB));
    const step = 40 * 1024;
    await pass(
      victim,
      Math.ceil(long.length / step),
      (second) => victim.say(long.subarray(second * step, (second + 1) * step)),
    );
    const message = await victim.peer.recvMessage();
    assertEquals(message?.kind, "stream");
    await victim.isUsable();
  });

  Deno.test(`Messages that are always half there, but get finished, aren't cut off (${kind})`, async () => {
    await using victim = victimOf({ kind });
    const message = frame(STREAM, 0, 1, "body");
    await victim.say(message.subarray(0, 10));
    await pass(victim, 10 * PERIOD, async (second) => {
      if (second % 4 === 0) {
        await victim.say(message.subarray(10), message.subarray(0, 10));
      }
    });
    await victim.say(message.subarray(10));
    for (let i = 0; i < 16; i++) {
      assertEquals((await victim.peer.recvMessage())?.kind, "stream");
    }
    await victim.isUsable();
  });

  Deno.test(`A peer that never reads ends in limit-exceeded (${kind})`, async () => {
    await using victim = victimOf({ kind, writes: { capacity: 10 } });
    const { peer } = victim;
    await victim.say(frame(REQUEST, 3, 1));
    const message = await peer.recvMessage();
    assert(message?.kind === "request");
    const request = await peer.sendRequest(1, "longer than it takes");
    const pending = [
      request.recvUpdate(),
      request.recvResponse(),
      message.request.recvUpdate(),
      peer.recvMessage(),
    ].map((promise) => assertRejects(() => promise, RpcError));
    await pass(victim, 2 * PERIOD + 1);
    await assertStalled(victim, "took none of the bytes");
    for (const { code } of await Promise.all(pending)) {
      assertEquals(code, "limit-exceeded");
    }
  });

  Deno.test(`With stallTimeout 0 nothing is cut off (${kind})`, async () => {
    const options = { kind, stallTimeout: 0, writes: { capacity: 10 } };
    await using victim = victimOf(options);
    const request = await victim.peer.sendRequest(1, "longer than it takes");
    await victim.say(half);
    await pass(victim, LONG_TIME);
    assertEquals(victim.peer.stats().openSentRequests, 1);
    assertEquals(victim.wire.input.written, 10);
    request[Symbol.dispose]();
  });

  Deno.test(`A half message behind a full inbox isn't a stall (${kind})`, async () => {
    await using victim = victimOf({ kind, maxInboxMessages: 1 });
    await victim.say(frame(STREAM, 0, 1), half);
    await pass(victim, 10 * PERIOD);
    assertEquals((await victim.peer.recvMessage())?.kind, "stream");
    await victim.say(frame(STREAM, 0, 1, new Uint8Array(100)).subarray(50));
    assertEquals((await victim.peer.recvMessage())?.kind, "stream");
    await victim.isUsable();
  });

  Deno.test(`A half message that was behind a full inbox is a stall from then on (${kind})`, async () => {
    await using victim = victimOf({ kind, maxInboxMessages: 1 });
    await victim.say(frame(STREAM, 0, 1), half);
    await pass(victim, 10 * PERIOD);
    assertEquals((await victim.peer.recvMessage())?.kind, "stream");
    await pass(victim, 2 * PERIOD + 1);
    await assertStalled(victim, "didn't finish a message");
  });
}

Deno.test("A peer that reads slowly isn't cut off while it takes some bytes", async () => {
  await using victim = victimOf({ writes: { capacity: 10 } });
  await victim.peer.sendStream(1, new Uint8Array(200));
  await pass(victim, 10 * PERIOD, async (second) => {
    if (second % 4 === 0) await victim.wire.input.read();
  });
  while (victim.said.length === 0) await victim.wire.input.read();
  await victim.peer.sendStream(1, "again");
});

Deno.test("stallTimeout is counted from the last progress, for at most two periods", async () => {
  await using victim = victimOf();
  await victim.say(half);
  await pass(victim, PERIOD - 1);
  assertEquals(victim.peer.stats().bytesReceived, half.length);
  const ended = victim.peer.closed;
  await pass(victim, PERIOD + 1);
  assertEquals((await ended)?.code, "limit-exceeded");
});
