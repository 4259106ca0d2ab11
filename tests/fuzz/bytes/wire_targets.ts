/** What decodes messages, without a socket. */
import { concat } from "@std/bytes";
import { assertEquals } from "@std/assert";
import { reservedId } from "../../../protocol/service_id.ts";
import { textError } from "../../../peer/requests/remote_error.ts";
import { decodeMetadata, timeoutOf } from "../../../peer/requests/metadata.ts";
import { PacketCodec } from "../../../transports/messages/packet_codec.ts";
import { decodeHello } from "../../../transports/shared_ring/hello.ts";
import {
  datagramKind,
  encodeHello,
} from "../../../transports/shared_ring/hello.ts";
import { isOpen, OPEN, readAnswer } from "../../../transports/nats/session.ts";
import { assertMessages, decoderOf } from "../../protocol/support.ts";
import { frame } from "../../support/scripted_frames.ts";
import { Prng } from "../prng.ts";
import {
  assertBounded,
  assertEnd,
  decodeSimply,
  feedRandomly,
} from "../support.ts";
import {
  type Bytes,
  codeOf,
  inputText,
  type Target,
  textBytes,
} from "./target.ts";

const LIMIT = 8192;

/** A number that depends on all bytes of an input, for what else is random. */
export function seedOf(input: Bytes): number {
  let seed = input.length;
  for (const byte of input) seed = (Math.imul(seed, 31) + byte) >>> 0;
  return seed;
}

/** One frame of each kind, those that only peers of this library send among them. */
export const FRAMES: readonly Bytes[] = [
  frame(0, 0, 1, "request"),
  frame(0, 1, 2, "another request"),
  frame(0, 2, reservedId.PING, '{"every":50}'),
  frame(0, 3, reservedId.DESCRIBE, ""),
  frame(0, 4, reservedId.STATS, ""),
  frame(4, 5, reservedId.METADATA, '{"timeout-ms":"50","key":"value"}'),
  frame(0, 5, 1, "with metadata"),
  frame(2, 0, 7, "requester update"),
  frame(2, 0, reservedId.CANCEL, ""),
  frame(4, 0, 9, "stream"),
  frame(4, 0, reservedId.SIGN_OF_LIFE, ""),
  frame(1, 0, 1, "response"),
  frame(3, 0, 8, "responder update"),
  frame(1, 0, -1, "unavailable: error"),
];

const frames: Target = {
  name: "frames",
  corpus: [...FRAMES, concat(FRAMES)],
  words: [],
  run(input) {
    const { messages, code } = decodeSimply(input, true, LIMIT);
    const decoder = decoderOf();
    const random = new Prng(seedOf(input));
    const decoded = feedRandomly(
      decoder,
      input,
      random,
      () => assertBounded(decoder, "frames"),
    );
    assertMessages(decoded, messages, "frames");
    assertEnd(decoder, code, "frames");
    return code ?? "taken";
  },
};

const codec = new PacketCodec();

const packets: Target = {
  name: "packets",
  corpus: [
    codec.encode({ kind: "hello", window: 1 << 20, every: 0 }),
    codec.encode({ kind: "data", bytes: FRAMES[0]!, given: false }),
    codec.encode({ kind: "ack", cost: 1000 }),
    codec.encode({ kind: "ended" }),
    codec.encode({ kind: "closed" }),
    codec.encode({ kind: "alive" }),
  ],
  words: [],
  run(input) {
    const numbered = input.length % 2 === 1;
    return codeOf(() => {
      const packet = new PacketCodec({ numbered }).decode(input);
      const again = new PacketCodec({ numbered }).encode(packet);
      assertEquals(again, input);
    }, ["connection-aborted"]);
  },
};

const hello = encodeHello(datagramKind.HELLO, {
  littleEndian: true,
  sizes: { there: 4096, back: 4096 },
});

const handshakes: Target = {
  name: "handshakes of rings",
  corpus: [hello],
  words: [],
  run: (input) => codeOf(() => decodeHello(input), ["invalid-shared-memory"]),
};

const sessions: Target = {
  name: "handshakes of NATS",
  corpus: [OPEN.slice(), textBytes("the server is full")],
  words: [],
  run(input) {
    // Both are total: what is no greeting is no session, and a text its refusal.
    readAnswer(input);
    return isOpen(input) ? "taken" : "no greeting";
  },
};

const metadata: Target = {
  name: "metadata",
  corpus: [
    '{"timeout-ms":"50","key":"value"}',
    '{"__proto__":"x","constructor":"y"}',
    "{}",
    "[]",
    '{"timeout-ms":"999999999999999"}',
  ].map(textBytes),
  words: ['"', "{", "[", "null", '"timeout-ms":', "\\u0000", "-1"].map(
    textBytes,
  ),
  run(input) {
    const decoded = decodeMetadata(input);
    if (decoded === null) return "none";
    for (const value of Object.values(decoded)) {
      assertEquals(typeof value, "string");
    }
    const left = timeoutOf(decoded);
    const isTime = left === null || Number.isNaN(left) || left >= 0;
    assertEquals(isTime, true, `${left}`);
    return "taken";
  },
};

const errorTexts: Target = {
  name: "error texts",
  corpus: [
    "unavailable: draining",
    "deadline-exceeded: too late",
    'outOfFocus: blurred\n{"by":3}',
    "just a text",
    ": ",
    "failed: failed: x",
  ].map(textBytes),
  words: ["unavailable: ", "canceled: ", "\n", ": ", "\ud800"].map(textBytes),
  run(input) {
    const text = inputText(input);
    for (const extensions of [true, false]) {
      const error = textError(text, 1, { serviceId: 2, extensions });
      assertEquals(error.responseText, text);
      if (!extensions) assertEquals(error.outcome, "unknown");
    }
    return "taken";
  },
};

/** What decodes messages, without a socket. */
export const WIRE_TARGETS: readonly Target[] = [
  frames,
  packets,
  handshakes,
  sessions,
  metadata,
  errorTexts,
];
