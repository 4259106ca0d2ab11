const ICMP = 1;
const UNREACHABLE = 3;
const FRAGMENTATION_NEEDED = 4;
const IP_LEN = 20;
const ICMP_LEN = 8;

/** Whether a packet is of IPv4, the only one there is here. */
export function isIpv4(packet: Uint8Array): boolean {
  return packet.length >= IP_LEN && packet[0]! >> 4 === 4;
}

/**
 * What a router answers to a packet that is longer than the next link takes: ICMP of
 * RFC 792 and RFC 1191, with the length that would fit.
 */
export function packetTooBig(
  packet: Uint8Array,
  mtu: number,
): Uint8Array<ArrayBuffer> {
  const headLen = (packet[0]! & 0xf) * 4;
  const quoted = packet.subarray(0, headLen + 8);
  const answer = new Uint8Array(IP_LEN + ICMP_LEN + quoted.length);
  const view = new DataView(answer.buffer);
  answer[0] = 0x45;
  view.setUint16(2, answer.length);
  answer[8] = 64;
  answer[9] = ICMP;
  // As from whom the packet was for: it has a route back.
  answer.set(packet.subarray(16, 20), 12);
  answer.set(packet.subarray(12, 16), 16);
  view.setUint16(10, checksum(answer.subarray(0, IP_LEN)));
  answer[IP_LEN] = UNREACHABLE;
  answer[IP_LEN + 1] = FRAGMENTATION_NEEDED;
  view.setUint16(IP_LEN + 6, mtu);
  answer.set(quoted, IP_LEN + ICMP_LEN);
  view.setUint16(IP_LEN + 2, checksum(answer.subarray(IP_LEN)));
  return answer;
}

/** The checksum of RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
