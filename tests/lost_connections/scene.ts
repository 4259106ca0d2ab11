import { assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import { Peer, type PeerHandle } from "../../mod.ts";
import { parse } from "../support/scripted_frames.ts";
import {
  type ScriptedEnd,
  type ScriptedKind,
  scriptedPair,
} from "../support/scripted_duplex.ts";
import type { PipeScript } from "../support/scripted_pipe.ts";
import { converse, type Side } from "./conversation.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";

/** How the wire is cut, when the given offset of one direction has passed. */
export type Cut = (reader: ScriptedEnd, writer: ScriptedEnd) => void;

const reset = new Deno.errors.ConnectionReset("Scripted reset");
const gone = new Deno.errors.BrokenPipe("Scripted broken pipe");

/** All ways in which a wire is cut. */
export const CUTS: Readonly<Record<string, Cut>> = {
  "both directions end, writes vanish": (reader, writer) => {
    reader.input.endReads();
    writer.input.endReads();
  },
  "both directions end, writes fail": (reader, writer) => {
    for (const { input } of [reader, writer]) {
      input.endReads();
      input.failWrites(gone);
    }
  },
  "both directions are reset": (reader, writer) => {
    for (const { input } of [reader, writer]) {
      input.endReads(reset);
      input.failWrites(gone);
    }
  },
  "the reading side reads an end, and can still write": (reader) =>
    reader.input.endReads(),
  "the reading side reads an error": (reader) => reader.input.endReads(reset),
  "the writing side fails to write": (_reader, writer) =>
    writer.output.failWrites(gone),
};

/** How the bytes are handed over. */
export interface Handover {
  readonly kind: ScriptedKind;
  readonly script: PipeScript;
}

/** Whole, and in pieces that meet every boundary. */
export const HANDOVERS: readonly Handover[] = [
  { kind: "streamTransport", script: {} },
  { kind: "ioTransport", script: { reads: [1, 2, 3, 5, 8], writeMost: 7 } },
];

/** How many bytes a conversation has in one direction. */
export async function lengthOf(
  talk: (peer: PeerHandle) => Side = converse,
): Promise<number> {
  const [left, right] = scriptedPair();
  const a = Peer.spawn(left.ioTransport());
  const b = Peer.spawn(right.ioTransport());
  const sides = [talk(a), talk(b)];
  await Promise.all(sides.map((side) => side.ready));
  const { written } = left.output;
  assertEquals(right.output.written, written, "both say the same");
  await a.close();
  await Promise.all(sides.map((side) => side.ended));
  await b.close();
  return written;
}

/** Holds the conversation over a wire that is cut, and checks how all of it ends. */
export async function holdAndCut(
  at: number,
  how: string,
  { kind, script }: Handover,
  talk: (peer: PeerHandle) => Side = converse,
): Promise<void> {
  const where = `${kind}, cut after ${at} bytes, ${how}`;
  const [left, right] = scriptedPair({
    ...script,
    cutAt: at,
    onCut: () => CUTS[how]!(right, left),
  }, script);
  const ends = [left, right];
  const peers = ends.map((end) => Peer.spawn(end[kind]()));
  const sides = peers.map((peer) => talk(peer));
  await deadline(Promise.all(sides.map((side) => side.ended)), HANGS_AFTER)
    .catch((cause) => {
      for (const side of sides) side.outcomes.check([], where);
      throw new Error(`${where}: the connection doesn't end`, { cause });
    });
  for (const [i, peer] of peers.entries()) {
    const end = ends[i]!;
    const side = `${i === 0 ? "the writing" : "the reading"} side, ${where}`;
    const { frames, rest } = parse(end.input.log);
    const broken = how.includes("reset") || rest > 0 ||
      (i === 0 && how.startsWith("the writing side")) ||
      (i === 1 && how === "the reading side reads an error");
    const code = broken ? "connection-aborted" : "connection-closed";
    sides[i]!.outcomes.check([code], side);
    const error = await peer.closed;
    // A clean end is an error where it left requests unanswered.
    if (broken || error !== null) assertEquals(error?.code, code, side);
    assertEquals(peer.stats().messagesReceived, frames.length, side);
    await checkEmpty(peer, side);
    assertEquals(end.closes, 1, `${side}: the transport is closed once`);
  }
}

/** Fails unless all tables are empty after `close()`. */
export async function checkEmpty(
  peer: PeerHandle,
  where: string,
): Promise<void> {
  await peer.close();
  const stats = peer.stats();
  assertEquals(
    [
      stats.openSentRequests,
      stats.openReceivedRequests,
      stats.queuedBytes,
      stats.inboxMessages,
    ],
    [0, 0, 0, 0],
    `${where}: sent, received, queued, inbox`,
  );
}
