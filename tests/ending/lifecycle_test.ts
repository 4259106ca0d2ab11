/**
 * Each way from open to closed, for real: what `closed` and what is pending
 * become, and that no timer is left.
 */
import { assertEquals } from "@std/assert";
import type { ReceivedRequestHandle, RpcErrorCode } from "../../mod.ts";
import { nextRequest } from "../support/expect.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { frame, REQUEST, STREAM } from "../support/scripted_frames.ts";
import { turns } from "../support/scripted_turn.ts";
import { Victim, type VictimOptions } from "../hostile/victim.ts";
import {
  assertEmpty,
  breakWrites,
  failWrite,
  hearEnd,
  settleDown,
  settles,
  stall,
} from "./support.ts";

const KIB = 1024;
const TIMEOUT = 1000;
const reset = (): Error => new Deno.errors.ConnectionReset("reset");

/** What happens to a victim that has a call open, and one request of the other side. */
interface Way {
  readonly name: string;
  /** What `closed` becomes. */
  readonly closed: RpcErrorCode | null;
  /** What the call fails with. */
  readonly call: RpcErrorCode;
  readonly options?: VictimOptions;
  run(victim: Victim, request: ReceivedRequestHandle): unknown;
}

/** Lets a write of a victim begin and not end. */
async function stick(victim: Victim): Promise<void> {
  victim.peer.sendStream(1, new Uint8Array(100 * KIB)).catch(() => {});
  await settleDown(victim);
}

const STUCK: VictimOptions = {
  writes: { capacity: 64 },
  maxBodyLenWrite: 200 * KIB,
  stallTimeout: TIMEOUT,
};

const WAYS: readonly Way[] = [
  {
    name: "this side closes, then the other one",
    closed: null,
    call: "connection-closed",
    async run(victim) {
      victim.peer.close();
      await hearEnd(victim);
      victim.wire.output.endReads();
    },
  },
  {
    name: "this side closes, and the other one breaks off",
    closed: null,
    call: "connection-closed",
    async run(victim) {
      victim.peer.close();
      await hearEnd(victim);
      victim.wire.output.endReads(reset());
    },
  },
  {
    name: "this side closes, and the other one never ends",
    closed: null,
    call: "connection-closed",
    async run(victim) {
      victim.peer.close();
      await hearEnd(victim);
      await turns(5);
      victim.clock.turn(1000);
      await turns(5);
    },
  },
  {
    name: "this side closes, and all isn't written in time",
    closed: null,
    call: "connection-closed",
    options: { ...STUCK, stallTimeout: 0 },
    async run(victim) {
      await stick(victim);
      victim.peer.close();
      await turns(5);
      victim.clock.turn(5000);
    },
  },
  {
    name: "this side closes, and its write fails",
    closed: null,
    call: "connection-closed",
    options: STUCK,
    async run(victim) {
      await stick(victim);
      victim.peer.close();
      await turns(5);
      breakWrites(victim);
    },
  },
  {
    name: "this side closes, and its write is stuck",
    closed: "limit-exceeded",
    call: "connection-closed",
    options: { ...STUCK, closeTimeout: 100 * TIMEOUT },
    async run(victim) {
      await stick(victim);
      victim.peer.close();
      await turns(5);
      await stall(victim, TIMEOUT);
    },
  },
  {
    name: "this side closes, and the other one ends before all is written",
    closed: null,
    call: "connection-closed",
    options: STUCK,
    async run(victim) {
      await stick(victim);
      victim.peer.close();
      await turns(5);
      victim.wire.output.endReads();
      await turns(5);
      await hearEnd(victim);
    },
  },
  {
    name: "this side closes, and reading fails before all is written",
    closed: null,
    call: "connection-closed",
    options: STUCK,
    async run(victim) {
      await stick(victim);
      victim.peer.close();
      await turns(5);
      victim.wire.output.endReads(reset());
      await turns(5);
      await hearEnd(victim);
    },
  },
  {
    name: "the other side ends, and its request is answered",
    closed: "connection-closed",
    call: "connection-closed",
    async run(victim, request) {
      victim.wire.output.endReads();
      await turns(5);
      await request.sendResponse(1, "answer");
      await hearEnd(victim);
    },
  },
  {
    name: "the other side ends, and this one closes with its request open",
    closed: "connection-closed",
    call: "connection-closed",
    async run(victim) {
      victim.wire.output.endReads();
      await turns(5);
      victim.peer.close();
      await hearEnd(victim);
    },
  },
  {
    name: "the other side ends, and a write fails",
    closed: "connection-closed",
    call: "connection-closed",
    async run(victim, request) {
      victim.wire.output.endReads();
      await turns(5);
      breakWrites(victim);
      request.sendUpdate(1, "").catch(() => {});
      await turns(5);
    },
  },
  {
    name: "the other side ends, and a write is stuck",
    closed: "limit-exceeded",
    call: "connection-closed",
    options: STUCK,
    async run(victim, request) {
      victim.wire.output.endReads();
      await turns(5);
      request.sendUpdate(1, new Uint8Array(100 * KIB)).catch(() => {});
      await settleDown(victim);
      await stall(victim, TIMEOUT);
    },
  },
  {
    name: "the other side ends in the midst of a message",
    closed: "connection-aborted",
    call: "connection-aborted",
    async run(victim) {
      await victim.say(frame(STREAM, 0, 1, "half").subarray(0, 17));
      victim.wire.output.endReads();
    },
  },
  {
    name: "reading fails",
    closed: "connection-aborted",
    call: "connection-aborted",
    run: ({ wire }) => wire.output.endReads(reset()),
  },
  {
    name: "the other side doesn't finish a message",
    closed: "limit-exceeded",
    call: "limit-exceeded",
    options: { stallTimeout: TIMEOUT },
    async run(victim) {
      await victim.say(frame(STREAM, 0, 1, "half").subarray(0, 17));
      await settleDown(victim);
      await stall(victim, TIMEOUT);
    },
  },
  {
    name: "the other side takes nothing",
    closed: "limit-exceeded",
    call: "limit-exceeded",
    options: STUCK,
    async run(victim) {
      await stick(victim);
      await stall(victim, TIMEOUT);
    },
  },
  {
    name: "a write fails, and nothing comes",
    closed: "connection-aborted",
    call: "connection-aborted",
    run(victim) {
      failWrite(victim);
    },
  },
  {
    name: "a write fails, and the other side has ended",
    closed: "connection-closed",
    call: "connection-closed",
    async run(victim) {
      failWrite(victim);
      await turns(2);
      victim.wire.output.endReads();
    },
  },
  {
    name: "a write fails, and reading fails",
    closed: "connection-aborted",
    call: "connection-aborted",
    async run(victim) {
      failWrite(victim);
      await turns(2);
      victim.wire.output.endReads(reset());
    },
  },
  {
    name: "a write fails, and this side closes",
    closed: null,
    call: "connection-closed",
    async run(victim) {
      failWrite(victim);
      await turns(2);
      victim.peer.close();
    },
  },
  {
    name: "the other side breaks the protocol",
    closed: "payload-too-large",
    call: "payload-too-large",
    options: { maxBodyLenRead: 4 },
    run: (victim) => victim.say(frame(STREAM, 0, 1, "five!")),
  },
];

for (const kind of SCRIPTED_KINDS) {
  for (const { name, closed, call, options, run } of WAYS) {
    Deno.test(`From open to closed: ${name} (${kind})`, async () => {
      await using victim = new Victim({ ...options, kind });
      const { peer } = victim;
      const calling = peer.call(1, "").then(() => null, ({ code }) => code);
      await victim.say(frame(REQUEST, 7, 1));
      const { request } = await nextRequest(peer);
      await settleDown(victim);
      await run(victim, request);
      assertEquals((await settles(peer.closed))?.code ?? null, closed);
      assertEquals(await settles(calling), call);
      assertEquals(request.closed, true);
      assertEmpty(victim);
      // What comes too late changes nothing.
      await settles(peer.close());
      victim.wire.close();
      victim.clock.turn(1_000_000);
      await turns(5);
      assertEquals((await peer.closed)?.code ?? null, closed);
      assertEquals(victim.clock.pending, 0);
    });
  }
}
