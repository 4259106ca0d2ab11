import { concat } from "@std/bytes";

/** Types on the wire. */
export const REQUEST = 0;
export const RESPONSE = 1;
export const REQUESTER_UPDATE = 2;
export const RESPONDER_UPDATE = 3;
export const STREAM = 4;

/** A frame as a peer saw it. */
export interface WireFrame {
  readonly type: number;
  readonly requestId: number;
  readonly serviceId: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

const encoder = new TextEncoder();

/** The bytes of a frame, made by hand and not by the code under test. */
export function frame(
  type: number,
  requestId: number,
  serviceId: number,
  body: string | Uint8Array = "",
): Uint8Array<ArrayBuffer> {
  const data = typeof body === "string" ? encoder.encode(body) : body;
  const bytes = new Uint8Array(16 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 12 + data.length, true);
  view.setUint32(4, type, true);
  view.setUint32(8, requestId, true);
  view.setInt32(12, serviceId, true);
  bytes.set(data, 16);
  return bytes;
}

/** The head of a frame that claims a length. */
export function claim(length: number, type = REQUEST): Uint8Array<ArrayBuffer> {
  const bytes = frame(type, 1, 1);
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
}

/** The whole frames at the start of some bytes, and how many bytes are left. */
export function parse(
  bytes: Uint8Array<ArrayBuffer>,
): { frames: WireFrame[]; rest: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: WireFrame[] = [];
  let at = 0;
  while (bytes.length - at >= 16) {
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) break;
    frames.push({
      type: view.getUint32(at + 4, true),
      requestId: view.getUint32(at + 8, true),
      serviceId: view.getInt32(at + 12, true),
      body: bytes.slice(at + 16, end),
    });
    at = end;
  }
  return { frames, rest: bytes.length - at };
}

/** Several frames in one piece. */
export function frames(
  ...parts: Uint8Array[]
): Uint8Array<ArrayBuffer> {
  return concat(parts);
}
