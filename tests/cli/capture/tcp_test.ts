/** Captures of tcpdump: link types, and TCP with all that happens to it. */
import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { frame } from "../../wireshark/cable.ts";
import { behind, ipv4, ipv6, pcap, type Segment } from "./packets.ts";
import { brief, traceOf } from "./traces.ts";

const BEGINS = "begins, between 127.0.0.1:1000 and 127.0.0.2:2000";
const REQUEST = frame(0, 7, 1, "question");
const RESPONSE = frame(1, 7, 1, "answer");

/** What segments on raw IPv4 tell. */
async function told(
  segments: readonly Segment[],
  options: Parameters<typeof pcap>[2] & Parameters<typeof ipv4>[1] = {},
): Promise<string[]> {
  const packets = segments.map((segment) => ipv4(segment, options));
  const { events, error } = await traceOf(pcap(101, packets, options));
  return [...events.map(brief), ...(error === null ? [] : [error])];
}

const OPEN: Segment[] = [
  { sequence: 99, flags: "S" },
  { from: "server", sequence: 499, flags: "SA" },
];

const CONVERSATION: Segment[] = [
  ...OPEN,
  { sequence: 100, payload: REQUEST },
  { from: "server", sequence: 500, payload: RESPONSE },
  { sequence: 100 + REQUEST.length, flags: "FA" },
  { from: "server", sequence: 500 + RESPONSE.length, flags: "FA" },
];

const TOLD = [
  BEGINS,
  "client 0 7 question",
  "server 1 7 answer",
  "client ends",
  "server ends",
];

for (
  const [name, linkType, wrap] of [
    ["raw IPv4", 101, ipv4],
    ["IPv4", 228, ipv4],
    ["BSD loopback", 0, (s: Segment) => concat([new Uint8Array(4), ipv4(s)])],
    ["Ethernet", 1, (s: Segment) => behind(14, 12, ipv4(s))],
    ["Ethernet with a VLAN", 1, (s: Segment) => {
      const packet = behind(18, 16, ipv4(s));
      packet.set([0x81, 0x00], 12);
      return packet;
    }],
    ["Linux cooked", 113, (s: Segment) => behind(16, 14, ipv4(s))],
    ["Linux cooked, version 2", 276, (s: Segment) => behind(20, 0, ipv4(s))],
  ] as const
) {
  Deno.test(`packets are read: ${name}`, async () => {
    const packets = CONVERSATION.map((segment) => wrap(segment));
    const { events, error } = await traceOf(pcap(linkType, packets));
    assertEquals([events.map(brief), error], [TOLD, null]);
  });
}

Deno.test("packets are read: IPv6", async () => {
  const { events } = await traceOf(pcap(101, CONVERSATION.map(ipv6)));
  assertEquals(events.map(brief), [
    "begins, between [::1]:1000 and [::2]:2000",
    ...TOLD.slice(1),
  ]);
});

Deno.test("both byte orders and both clocks of pcap are read", async () => {
  const packets = CONVERSATION.map((segment) => ipv4(segment));
  for (const little of [true, false]) {
    for (
      const [magic, time] of [
        [0xa1b2c3d4, 1_002_500],
        [0xa1b23c4d, 1_002_000.5],
      ] as const
    ) {
      const { events } = await traceOf(pcap(101, packets, { little, magic }));
      assertEquals(events.map(brief), TOLD);
      assertEquals(events[0]!.time, time);
    }
  }
});

Deno.test("what was sent again is left out", async () => {
  const [open, answer, , ...rest] = CONVERSATION;
  const half = REQUEST.slice(0, 10);
  const again: Segment[] = [
    { sequence: 100, payload: half },
    { sequence: 100, payload: half },
    { sequence: 99, payload: new Uint8Array(1) },
    { sequence: 105, payload: REQUEST.slice(5) },
    { sequence: 100, payload: REQUEST },
  ];
  assertEquals(await told([open!, answer!, ...again, ...rest]), TOLD);
  assertEquals(await told(CONVERSATION.flatMap((one) => [one, one])), TOLD);
});

Deno.test("what came in another order is put in order", async () => {
  const pieces = [0, 1, 2, 3].map((i): Segment => ({
    sequence: 100 + i * 6,
    payload: REQUEST.slice(i * 6, i * 6 + 6),
  }));
  const [a, b, c, d] = pieces;
  const [, , , ...rest] = CONVERSATION;
  const all = [...OPEN, c!, d!, a!, b!, ...rest];
  assertEquals(REQUEST.length, 24);
  assertEquals(await told(all), TOLD);
});

Deno.test("sequence numbers wrap", async () => {
  const first = 2 ** 32 - 5;
  assertEquals(
    await told([
      { sequence: first - 1, flags: "S" },
      { sequence: first, payload: REQUEST.slice(0, 8) },
      { sequence: 3, payload: REQUEST.slice(8) },
    ]),
    [BEGINS, "client 0 7 question"],
  );
});

Deno.test("a gap ends the reading of its direction with a line", async () => {
  const missing = [
    { sequence: 100 + REQUEST.length + 50, payload: REQUEST },
    { from: "server" as const, sequence: 500, payload: RESPONSE },
  ];
  const gap =
    "the client's messages are not read any more: 50 bytes are missing in the capture";
  const request = { sequence: 100, payload: REQUEST };
  const begin = [BEGINS, "client 0 7 question"];
  assertEquals(await told([...OPEN, request, ...missing]), [
    ...begin,
    "server 1 7 answer",
    gap,
  ]);
  // Not only at the end of the capture.
  const many = Array.from({ length: 70 }, () => missing[0]!);
  assertEquals(
    await told([...OPEN, request, ...many, missing[1]!]),
    [...begin, gap, "server 1 7 answer"],
  );
});

Deno.test("a packet that was cut off is a gap", async () => {
  const gap =
    "the client's messages are not read any more: 4 bytes of a packet were not captured";
  const cut = await told([{ sequence: 1, payload: REQUEST }], { missing: 4 });
  assertEquals(cut, [gap]);
});

Deno.test("a connection without its beginning is read as far as it goes", async () => {
  assertEquals(await told([{ sequence: 9, payload: REQUEST }]), [
    "its beginning isn't in the capture: messages may be taken for others, between 127.0.0.1:1000 and 127.0.0.2:2000",
    "client 0 7 question",
  ]);
});

Deno.test("the same ports make another connection later", async () => {
  const later = CONVERSATION.map((segment) => ({
    ...segment,
    sequence: segment.sequence + 10_000,
  }));
  const packets = [...CONVERSATION, ...later].map((one) => ipv4(one));
  const { events } = await traceOf(pcap(101, packets));
  assertEquals(events.map(brief), [...TOLD, ...TOLD]);
  assertEquals(new Set(events.map(({ connection }) => connection)).size, 2);
});

Deno.test("a reset, and an end within a message, are told", async () => {
  assertEquals(await told([...OPEN, { sequence: 100, flags: "R" }]), [
    "client ends: It was reset",
  ]);
  const part = { sequence: 100, payload: REQUEST.slice(0, 20) };
  const [, ended] = await told([
    ...OPEN,
    part,
    { sequence: 120, flags: "FA" },
  ]);
  assert(ended!.startsWith("client ends: "), ended);
});

Deno.test("the byte order is found out, or given", async () => {
  const big = new Uint8Array(18);
  const view = new DataView(big.buffer);
  view.setUint32(0, 14);
  view.setUint32(8, 7);
  view.setInt32(12, 1);
  big.set([104, 105], 16);
  const packets = [...OPEN, { sequence: 100, payload: big }];
  assertEquals(await told(packets), [BEGINS, "client 0 7 hi"]);
  const file = pcap(101, packets.map((one) => ipv4(one)));
  const { events } = await traceOf(file, { endian: "little" });
  assert(brief(events[1]!).startsWith("the client's messages are not read"));
});

Deno.test("another protocol ends the reading with a line", async () => {
  const payload = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const [, line] = await told([...OPEN, { sequence: 100, payload }]);
  assert(line!.includes("are not read any more"), line);
});

Deno.test("only the connections of a port are read", async () => {
  const file = pcap(101, CONVERSATION.map((one) => ipv4(one)));
  assertEquals((await traceOf(file, { port: 1234 })).events, []);
  const { events } = await traceOf(file, { port: 2000 });
  assertEquals(events.map(brief), TOLD);
});

Deno.test("other packets are passed over, other link types refused", async () => {
  const udp = ipv4({ sequence: 1 });
  udp[9] = 17;
  const fragment = ipv4({ sequence: 1, payload: REQUEST }, { fragment: 5 });
  const short = ipv4({ sequence: 1 }).subarray(0, 30);
  const packets = [udp, fragment, short, new Uint8Array(0)];
  assertEquals(await traceOf(pcap(101, packets)), { events: [], error: null });
  const { error } = await traceOf(pcap(105, [udp]));
  assert(error!.startsWith("Link type 105 can't be read"), error!);
});

Deno.test("no byte of a packet that is changed makes the reading fail", async () => {
  const file = pcap(1, CONVERSATION.map((one) => behind(14, 12, ipv4(one))));
  for (let at = 24; at < file.length; at++) {
    for (const value of [0, 0x7f, 0xff]) {
      const broken = file.slice();
      broken[at] = value;
      const { error } = await traceOf(broken);
      assert(error === null || /the file|The file/.test(error), error!);
    }
  }
});
