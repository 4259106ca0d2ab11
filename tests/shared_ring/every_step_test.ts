/** A recorded conversation that is cut at each step of the ring. */
import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { Peer } from "../../mod.ts";
import { frame, parse, STREAM } from "../support/scripted_frames.ts";
import { scriptedPair } from "../support/scripted_duplex.ts";
import { converse } from "../lost_connections/conversation.ts";
import { checkEmpty } from "../lost_connections/scene.ts";
import type { RawSocket } from "../unix_seqpacket/support/raw_socket.ts";
import {
  controlWord,
  padded,
  RECORD_ALIGN,
} from "../../transports/shared_ring/ring_layout.ts";
import { datagramKind } from "../../transports/shared_ring/hello.ts";
import {
  type RawMemory,
  type RingScene,
  ringTest,
  words,
} from "./support/raw_rings.ts";

/** How the other side ends when it has published a part of what it says. */
const CUTS: Readonly<
  Record<string, (raw: RawSocket, memory: RawMemory) => void>
> = {
  "its process ends": (raw) => raw.close(),
  "it writes nothing more, and stays": (raw, { there }) => {
    Atomics.store(there.control, controlWord.ENDED, 1);
    raw.send(words(datagramKind.WAKE));
  },
  "it writes nothing more, and its process ends": (raw, { there }) => {
    Atomics.store(there.control, controlWord.ENDED, 1);
    raw.close();
  },
};

/** What one side says, as records: the bytes, and where a record ends. */
async function record(): Promise<{
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: ReadonlySet<number>;
}> {
  const [left, right] = scriptedPair();
  const [a, b] = [left, right].map((end) => Peer.spawn(end.ioTransport()));
  const sides = [converse(a!), converse(b!)];
  await Promise.all(sides.map(({ ready }) => ready));
  const { frames } = parse(right.input.log);
  await a!.close();
  await Promise.all(sides.map(({ ended }) => ended));
  await b!.close();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const ends = new Set([0]);
  let length = 0;
  const add = (bytes: Uint8Array<ArrayBuffer>): void => {
    const part = new Uint8Array(padded(bytes.length));
    part.set(bytes);
    parts.push(part);
    ends.add(length += part.length);
  };
  // One that takes several steps.
  add(frame(STREAM, 0, 5, new Uint8Array(100).fill(7)));
  for (const { type, requestId, serviceId, body } of frames) {
    add(frame(type, requestId, serviceId, body));
  }
  return { bytes: concat(parts), ends };
}

/** Says it up to a step, and checks how everything ends. */
async function holdAndCut(
  scene: RingScene,
  said: Uint8Array<ArrayBuffer>,
  isWhole: boolean,
  how: string,
): Promise<void> {
  const where = `cut after ${said.length} bytes, ${how}`;
  const [peer, raw, memory] = await scene.linked();
  const side = converse(peer);
  memory.there.bytes.set(said);
  memory.writer.add(said.length);
  if (memory.writer.publish()) raw.send(words(datagramKind.WAKE));
  CUTS[how]!(raw, memory);
  await side.ended;
  const code = isWhole ? "connection-closed" : "connection-aborted";
  side.outcomes.check([code], where);
  const error = await peer.closed;
  // A clean end is an error where it left requests unanswered.
  if (!isWhole || error !== null) assertEquals(error?.code, code, where);
  await checkEmpty(peer, where);
}

for (const how of Object.keys(CUTS)) {
  ringTest(
    `a conversation over a ring that is cut at any step settles every promise with the right code: ${how}`,
    async (scene) => {
      const { bytes, ends } = await record();
      for (let at = 0; at <= bytes.length; at += RECORD_ALIGN) {
        const said = bytes.subarray(0, at);
        await holdAndCut(scene, said, ends.has(at), how);
      }
    },
  );
}
