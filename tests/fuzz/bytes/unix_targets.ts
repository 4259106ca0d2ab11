/** Datagrams and shared rings, whose other side writes what it likes. */
import { assert } from "@std/assert";
import { concat } from "@std/bytes";
import { RpcError, SharedMemory } from "../../../mod.ts";
import { MessageType } from "../../../protocol/header.ts";
import {
  encodeReference,
  REFERENCE_LEN,
} from "../../../transports/shared_ring/frames/frame_reference.ts";
import { datagramKind } from "../../../transports/shared_ring/hello.ts";
import { recordType } from "../../../transports/shared_ring/record.ts";
import { Attacker } from "../../shared_ring/frames/attacker.ts";
import { LEN } from "../../shared_ring/frames/support.ts";
import {
  hello,
  RingScene,
  SIZE,
  words,
} from "../../shared_ring/support/raw_rings.ts";
import { RecordPair } from "../../shared_ring/support/records.ts";
import { rights } from "../../unix_seqpacket/support/raw_socket.ts";
import { Scene } from "../../unix_seqpacket/support/scene.ts";
import { type Bytes, documented, type Target } from "./target.ts";
import { FRAMES } from "./wire_targets.ts";

/** Datagrams in a row, each behind its length. */
function packed(...datagrams: Bytes[]): Bytes {
  return concat(datagrams.flatMap((bytes) => [
    new Uint8Array(Uint16Array.of(bytes.length).buffer),
    bytes,
  ]));
}

/** The datagrams of an input, whatever its lengths say. */
function* unpacked(input: Bytes): Generator<Bytes> {
  for (let at = 0; at + 2 <= input.length;) {
    const end = at + 2 + (input[at]! | input[at + 1]! << 8);
    yield input.slice(at + 2, end);
    at = end;
  }
}

/** What a frame is as a datagram. */
const DATAGRAMS = FRAMES.map((frame) => frame.slice(4));

const EAGAIN = 11;

/** Reads all that comes, until the end, and answers requests. */
async function takeAll(
  peer: ReturnType<Scene["pair"]>[0],
): Promise<void> {
  await peer.serve({ 1: () => "answer" }, {
    stream: (message) => message.body[Symbol.dispose](),
  });
}

const ENDS = [
  "connection-closed",
  "connection-aborted",
  "message-too-short",
  "invalid-message-type",
  "invalid-shared-memory",
];

/** What may be reported, after which the connection lives on. */
const REPORTED = [
  "duplicate-request-id",
  "unknown-request-id",
  "payload-too-large",
  "too-many-fds",
  ...ENDS,
];

function reporter(): { bad: unknown[]; onError: (error: unknown) => void } {
  const bad: unknown[] = [];
  const onError = (error: unknown): void => {
    const isKnown = error instanceof RpcError && REPORTED.includes(error.code);
    if (!isKnown) bad.push(error);
  };
  return { bad, onError };
}

const datagrams: Target = {
  name: "a seqpacket peer",
  isSlow: true,
  corpus: [packed(...DATAGRAMS), ...DATAGRAMS.map((one) => packed(one))],
  words: DATAGRAMS.map((one) => packed(one)),
  async run(input) {
    await using scene = new Scene();
    const { bad, onError } = reporter();
    const [peer, raw] = scene.raw({ onError, extensions: true });
    const taking = takeAll(peer);
    for (const bytes of unpacked(input)) {
      // Where no more fit before it has read some.
      if (raw.trySend(bytes) === EAGAIN) break;
    }
    raw.shutdown(1);
    await taking;
    const error = await peer.closed;
    if (bad.length > 0) throw bad[0];
    return error === null ? "taken" : documented(error, ENDS);
  },
};

const records: Target = {
  name: "records of a ring",
  corpus: [0, 1, 2, 3, 4].map((type) => {
    const body = new Uint8Array(32);
    const head = Uint32Array.of(body.length + 12, type, 7, 1);
    return concat([new Uint8Array(head.buffer), body, body]);
  }),
  words: [new Uint8Array(Uint32Array.of(12, 0xffff_0001, 1, 0).buffer)],
  run(input) {
    const pair = new RecordPair(SIZE, { maxBodyLenRead: 1000 });
    const { memory } = pair.ring;
    try {
      for (let at = 0; at < input.length; at += SIZE / 2) {
        const part = input.subarray(at, at + SIZE / 2);
        memory.bytes.set(part, at % SIZE);
        // By as much as the input has, and not always by whole records.
        memory.control[0] = memory.control[0]! + part.length;
        for (const item of pair.read()) {
          if (item instanceof RpcError) assert(!item.fatal);
          else assert(item.body.data.buffer !== memory.bytes.buffer);
        }
      }
      return "taken";
    } catch (error) {
      return documented(error, ENDS);
    }
  },
};

const rings: Target = {
  name: "a peer over rings",
  isSlow: true,
  corpus: [packed(words(datagramKind.WAKE)), packed(...DATAGRAMS)],
  words: [
    packed(words(datagramKind.WAKE)),
    packed(words(datagramKind.DESCRIPTORS, 1)),
  ],
  async run(input) {
    await using scene = new RingScene();
    const { bad, onError } = reporter();
    const [peer, raw, memory] = await scene.linked({ onError });
    const taking = takeAll(peer);
    memory.write(MessageType.Request, 1, new Uint8Array(20));
    const { there } = memory;
    // The records and the indices of both directions; then the socket.
    for (const [i, bytes] of [...unpacked(input)].entries()) {
      const at = (bytes[0] ?? 0) * 16 % SIZE;
      there.bytes.set(bytes.subarray(0, SIZE - at), at);
      there.control[0] = there.control[0]! + bytes.length;
      if (i % 5 === 4) memory.back.control[1] = bytes.length;
      raw.trySend(bytes);
      raw.trySend(words(datagramKind.WAKE));
    }
    raw.close();
    await taking;
    const error = await peer.closed;
    if (bad.length > 0) throw bad[0];
    return error === null ? "taken" : documented(error, ENDS);
  },
};

/** A frame of a region that the other side has announced. */
function reference(offset: number, length: number): Bytes {
  const type = MessageType.Stream;
  return encodeReference(
    { type, region: 0, generation: 0, offset, length },
    true,
  );
}

const frames: Target = {
  name: "frames over rings",
  isSlow: true,
  corpus: [
    packed(reference(0, LEN), reference(LEN / 2, LEN / 2)),
    packed(reference(0, 0), new Uint8Array(), reference(LEN, 0)),
  ],
  words: [
    packed(reference(1, LEN)),
    packed(new Uint8Array(1)),
    new Uint8Array(Uint32Array.of(1, 0xffff_ffff).buffer),
  ],
  async run(input) {
    await using scene = new RingScene();
    const { bad, onError } = reporter();
    const attacker = new Attacker(await scene.linked({ onError }));
    const memory = scene.use(SharedMemory.create(LEN));
    memory.seal();
    attacker.announce(0, memory.fd);
    const taking = attacker.peer.serve({ 1: () => "answer" }, {
      stream({ body }) {
        assert(body.data.length <= LEN);
        body.text();
        body[Symbol.dispose]();
      },
    });
    let room = SIZE / 2;
    for (const bytes of unpacked(input)) {
      room -= bytes.length + 32;
      if (room < 0) break;
      // What is too short for a frame says something of a region.
      const type = bytes.length >= REFERENCE_LEN
        ? recordType.FRAME
        : bytes.length === 0
        ? recordType.FORGET
        : recordType.REGION;
      attacker.memory.write(type, bytes[0] ?? 0, bytes);
    }
    attacker.publish();
    attacker.raw.close();
    await taking;
    const error = await attacker.peer.closed;
    if (bad.length > 0) throw bad[0];
    return error === null ? "taken" : documented(error, ENDS);
  },
};

const offers: Target = {
  name: "offers of rings",
  isSlow: true,
  corpus: [hello(), concat([hello(), words(0)]), hello({}, datagramKind.WAKE)],
  words: [],
  async run(input) {
    await using scene = new RingScene();
    const [peer, raw] = scene.accepting();
    const [fd] = scene.numbers(1);
    raw.trySend(input, input.length % 2 === 0 ? rights([fd!]) : undefined);
    raw.shutdown(1);
    const error = await peer.closed;
    return error === null ? "taken" : documented(error, ENDS);
  },
};

/** Datagrams and rings, where this system has them. */
export const UNIX_TARGETS: readonly Target[] = [
  datagrams,
  records,
  rings,
  frames,
  offers,
];
