/** The link types of tcpdump's list that are read. */
const NULL = 0, ETHERNET = 1, LOOP = 108, LINUX_SLL = 113, LINUX_SLL2 = 276;

/** Those that begin with IP. On some systems raw IP has the number 12 or 14. */
const RAW_IP: readonly number[] = [12, 14, 101, 228, 229];

const IPV4 = 0x0800, IPV6 = 0x86dd;
const VLAN: readonly number[] = [0x8100, 0x88a8, 0x9100];

/** Whether packets of a link type are read. */
export function isKnownLinkType(linkType: number): boolean {
  return RAW_IP.includes(linkType) ||
    [NULL, ETHERNET, LOOP, LINUX_SLL, LINUX_SLL2].includes(linkType);
}

/** The IP packet in what was captured; null if there is none. */
export function ipPacketOf(
  linkType: number,
  data: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | null {
  switch (linkType) {
    // The family of addresses has another number on each system; IP tells its version.
    case NULL:
    case LOOP:
      return data.subarray(4);
    case ETHERNET:
      return behindType(data, 12);
    case LINUX_SLL:
      return behindType(data, 14);
    case LINUX_SLL2:
      return isIp(data, 0) ? data.subarray(20) : null;
  }
  return RAW_IP.includes(linkType) ? data : null;
}

/** What is behind the type at an offset, and behind VLAN tags. */
function behindType(
  data: Uint8Array<ArrayBuffer>,
  offset: number,
): Uint8Array<ArrayBuffer> | null {
  let at = offset;
  while (VLAN.includes(typeAt(data, at))) at += 4;
  return isIp(data, at) ? data.subarray(at + 2) : null;
}

function isIp(data: Uint8Array<ArrayBuffer>, at: number): boolean {
  const type = typeAt(data, at);
  return type === IPV4 || type === IPV6;
}

function typeAt(data: Uint8Array<ArrayBuffer>, at: number): number {
  return at + 2 <= data.length ? data[at]! << 8 | data[at + 1]! : 0;
}
