/**
 * Compares the codecs of headers and frames with loops written by hand that do no
 * more than they must. Needs no permission.
 *
 * @module
 */
import { writeBuffers } from "../protocol/write_buffers.ts";
import { resolveStreamConfig } from "../protocol/config.ts";
import { FrameDecoder } from "../protocol/frame_decoder.ts";
import { FrameEncoder } from "../protocol/frame_encoder.ts";
import { FRAME_HEAD_LEN } from "../protocol/header.ts";
import {
  HEADER_LEN,
  Message,
  MessageHeader,
  MessageType,
  StreamBody,
} from "../protocol/mod.ts";
import { benchGroup } from "./support/bench_group.ts";

const COUNT = 1000;
const BODY_LEN = 32;
const FRAME_LEN = FRAME_HEAD_LEN + BODY_LEN;

const config = resolveStreamConfig();
const header = new MessageHeader(MessageType.Request, 7, 1);
const headerBytes = MessageHeader.encode(header);
const headerView = new DataView(headerBytes.buffer);
const body = new StreamBody(new Uint8Array(BODY_LEN).fill(1));
const messages = Array.from({ length: COUNT }, (_, id) => {
  const header = new MessageHeader(MessageType.Request, id, 1);
  return new Message(header, body);
});
const wire = new Uint8Array(COUNT * FRAME_LEN);
encodeByHand(wire);

/** Where results go, so that no work is left out. */
let sink = 0;

function encodeByHand(into: Uint8Array<ArrayBuffer>): void {
  const view = new DataView(into.buffer);
  let pos = 0;
  for (const { header, body: { data } } of messages) {
    view.setUint32(pos, HEADER_LEN + data.length, true);
    view.setUint32(pos + 4, header.type, true);
    view.setUint32(pos + 8, header.requestId, true);
    view.setInt32(pos + 12, header.serviceId, true);
    into.set(data, pos + FRAME_HEAD_LEN);
    pos += FRAME_HEAD_LEN + data.length;
  }
}

function decodeByHand(from: Uint8Array<ArrayBuffer>): object[] {
  const view = new DataView(from.buffer);
  const made: object[] = [];
  for (let pos = 0; pos < from.length;) {
    const end = pos + 4 + view.getUint32(pos, true);
    made.push({
      type: view.getUint32(pos + 4, true),
      requestId: view.getUint32(pos + 8, true),
      serviceId: view.getInt32(pos + 12, true),
      data: from.subarray(pos + FRAME_HEAD_LEN, end),
    });
    pos = end;
  }
  return made;
}

benchGroup("decode a header", {
  "by hand": () => {
    sink += headerView.getUint32(0, true) + headerView.getUint32(4, true) +
      headerView.getInt32(8, true);
  },
  "MessageHeader.decode": () => {
    sink += MessageHeader.decode(headerBytes).requestId;
  },
});

benchGroup("encode a header", {
  "by hand": () => {
    const view = new DataView(new ArrayBuffer(HEADER_LEN));
    view.setUint32(0, header.type, true);
    view.setUint32(4, header.requestId, true);
    view.setInt32(8, header.serviceId, true);
    sink += view.byteLength;
  },
  "MessageHeader.encode": () => {
    sink += MessageHeader.encode(header).length;
  },
});

const buffer = new Uint8Array(wire.length);
const encoder = new FrameEncoder(config);
benchGroup(`encode ${COUNT} frames with bodies of ${BODY_LEN} bytes`, {
  "by hand": () => encodeByHand(buffer),
  "FrameEncoder": () => {
    for (const message of messages) encoder.push(message);
    for (const chunk of encoder.take()) {
      sink += chunk.length;
      if (chunk.buffer !== null) writeBuffers.give(chunk.buffer);
    }
  },
});

const decoder = new FrameDecoder(config);
benchGroup(`decode ${COUNT} frames with bodies of ${BODY_LEN} bytes`, {
  // Each chunk is new, as it belongs to the decoder and to the bodies.
  "by hand": () => {
    sink += decodeByHand(wire.slice()).length;
  },
  "FrameDecoder": () => {
    sink += decoder.push(wire.slice()).length;
  },
});
