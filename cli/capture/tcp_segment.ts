/** A segment of TCP. */
export interface TcpSegment {
  /** Address and port of the sender, as text. */
  readonly from: string;
  /** Those of the receiver. */
  readonly to: string;
  /** Its sequence number. */
  readonly sequence: number;
  /** Whether it begins a direction. */
  readonly syn: boolean;
  /** Whether it answers, too. */
  readonly ack: boolean;
  /** Whether it ends a direction. */
  readonly fin: boolean;
  /** Whether it breaks the connection. */
  readonly rst: boolean;
  /** Its bytes, as far as they were captured. */
  readonly payload: Uint8Array<ArrayBuffer>;
  /** How many it had. */
  readonly length: number;
}

const TCP = 6;

/** The headers between IPv6 and what it carries. */
const HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, DESTINATION = 60;

const FIN = 1, SYN = 2, RST = 4, ACK = 16;

/** What IP carries. */
interface IpPayload {
  readonly protocol: number;
  readonly from: string;
  readonly to: string;
  readonly data: Uint8Array<ArrayBuffer>;
  /** How long it was. */
  readonly length: number;
}

/** The segment in an IP packet; null if it is something else, or a fragment. */
export function tcpSegmentOf(
  packet: Uint8Array<ArrayBuffer>,
): TcpSegment | null {
  const version = (packet[0] ?? 0) >> 4;
  const ip = version === 4 ? ipv4(packet) : version === 6 ? ipv6(packet) : null;
  if (ip === null || ip.protocol !== TCP || ip.data.length < 20) return null;
  const view = viewOf(ip.data);
  const headLength = (view.getUint8(12) >> 4) * 4;
  if (headLength < 20 || headLength > ip.length) return null;
  const flags = view.getUint8(13);
  return {
    from: `${ip.from}:${view.getUint16(0)}`,
    to: `${ip.to}:${view.getUint16(2)}`,
    sequence: view.getUint32(4),
    syn: (flags & SYN) !== 0,
    ack: (flags & ACK) !== 0,
    fin: (flags & FIN) !== 0,
    rst: (flags & RST) !== 0,
    payload: ip.data.subarray(headLength),
    length: ip.length - headLength,
  };
}

function ipv4(packet: Uint8Array<ArrayBuffer>): IpPayload | null {
  if (packet.length < 20) return null;
  const view = viewOf(packet);
  const headLength = (view.getUint8(0) & 15) * 4;
  const isFragment = (view.getUint16(6) & 0x3fff) !== 0;
  if (headLength < 20 || isFragment) return null;
  // 0 where the network card was to cut it into segments.
  const total = view.getUint16(2) || packet.length;
  if (total < headLength) return null;
  const address = (at: number): string => packet.subarray(at, at + 4).join(".");
  return {
    protocol: view.getUint8(9),
    from: address(12),
    to: address(16),
    // Ethernet may have filled it up.
    data: packet.subarray(headLength, total),
    length: total - headLength,
  };
}

function ipv6(packet: Uint8Array<ArrayBuffer>): IpPayload | null {
  if (packet.length < 40) return null;
  const view = viewOf(packet);
  const end = 40 + (view.getUint16(4) || packet.length - 40);
  let protocol = view.getUint8(6);
  let at = 40;
  while (
    protocol === HOP_BY_HOP || protocol === ROUTING ||
    protocol === DESTINATION || protocol === FRAGMENT
  ) {
    if (at + 8 > packet.length) return null;
    if (protocol === FRAGMENT && view.getUint16(at + 2) !== 0) return null;
    const length = protocol === FRAGMENT ? 8 : (view.getUint8(at + 1) + 1) * 8;
    protocol = view.getUint8(at);
    at += length;
  }
  if (at > end) return null;
  const address = (at: number): string => {
    const words = Array.from(
      { length: 8 },
      (_, i) => view.getUint16(at + i * 2).toString(16),
    );
    return `[${words.join(":").replace(/(^|:)0(:0)+(:|$)/, "::")}]`;
  };
  return {
    protocol,
    from: address(8),
    to: address(24),
    data: packet.subarray(at, end),
    length: end - at,
  };
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
