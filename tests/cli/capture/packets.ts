/** Packets and captures, byte by byte. */
import { concat } from "@std/bytes";

type Bytes = Uint8Array<ArrayBuffer>;

/** A segment of TCP, from the client (port 1000) to the server (2000) or back. */
export interface Segment {
  readonly from?: "client" | "server";
  readonly sequence: number;
  readonly flags?: string;
  readonly payload?: Bytes;
}

const FLAGS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, A: 16 };

/** TCP without what carries it. */
export function tcp(
  { from = "client", sequence, flags = "A", payload = new Uint8Array() }:
    Segment,
): Bytes {
  const head = new Uint8Array(20);
  const view = new DataView(head.buffer);
  view.setUint16(0, from === "client" ? 1000 : 2000);
  view.setUint16(2, from === "client" ? 2000 : 1000);
  view.setUint32(4, sequence);
  view.setUint8(12, 5 << 4);
  view.setUint8(13, [...flags].reduce((sum, flag) => sum | FLAGS[flag]!, 0));
  return concat([head, payload]);
}

/** IPv4 around a segment. */
export function ipv4(
  segment: Segment,
  { total, fragment = 0 }: { total?: number; fragment?: number } = {},
): Bytes {
  const data = tcp(segment);
  const head = new Uint8Array(20);
  const view = new DataView(head.buffer);
  view.setUint8(0, 0x45);
  view.setUint16(2, total ?? 20 + data.length);
  view.setUint16(6, fragment);
  view.setUint8(9, 6);
  const client = [127, 0, 0, 1], server = [127, 0, 0, 2];
  const isClients = (segment.from ?? "client") === "client";
  head.set(isClients ? [...client, ...server] : [...server, ...client], 12);
  return concat([head, data]);
}

/** IPv6 around a segment, with a header of options between. */
export function ipv6(segment: Segment): Bytes {
  const data = tcp(segment);
  const head = new Uint8Array(48);
  const view = new DataView(head.buffer);
  view.setUint8(0, 0x60);
  view.setUint16(4, 8 + data.length);
  head[40] = 6;
  const isClients = (segment.from ?? "client") === "client";
  head[23] = isClients ? 1 : 2;
  head[39] = isClients ? 2 : 1;
  return concat([head, data]);
}

/** A head with a type at an offset, in front of what has it. */
export function behind(length: number, typeAt: number, packet: Bytes): Bytes {
  const head = new Uint8Array(length);
  const type = packet[0]! >> 4 === 4 ? 0x0800 : 0x86dd;
  new DataView(head.buffer).setUint16(typeAt, type);
  return concat([head, packet]);
}

/** A file of pcap. */
export function pcap(
  linkType: number,
  packets: readonly Bytes[],
  { little = true, magic = 0xa1b2c3d4, missing = 0 }: {
    readonly little?: boolean;
    readonly magic?: number;
    /** How much of each packet was not captured. */
    readonly missing?: number;
  } = {},
): Bytes {
  const words = (...numbers: number[]): Bytes => {
    const view = new DataView(new ArrayBuffer(numbers.length * 4));
    numbers.forEach((n, i) => view.setUint32(i * 4, n, little));
    return new Uint8Array(view.buffer);
  };
  return concat([
    words(magic, 0, 0, 0, 0, linkType),
    ...packets.flatMap((packet, i) => [
      words(1000 + i, 500_000, packet.length - missing, packet.length),
      packet.subarray(0, packet.length - missing),
    ]),
  ]);
}

/** A file in chunks of a length. */
export async function* chunked(
  bytes: Bytes,
  length: number = bytes.length,
): AsyncIterable<Bytes> {
  for (let at = 0; at < bytes.length; at += length) {
    yield await Promise.resolve(bytes.subarray(at, at + length));
  }
}
