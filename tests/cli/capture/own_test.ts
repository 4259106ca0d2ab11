/** Captures of `fizyr watch`: what is written is read, and what is broken is told. */
import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { CaptureWriter } from "../../../cli/capture/capture_writer.ts";
import { LINKTYPE_USER0 } from "../../../cli/capture/message_packet.ts";
import type { TraceEvent } from "../../../cli/capture/trace_event.ts";
import { MessageHeader, MessageType } from "../../../mod.ts";
import { pcap } from "./packets.ts";
import { brief, fileOf, traceOf } from "./traces.ts";

const EVENTS: TraceEvent[] = [
  { kind: "remark", connection: 1, time: 0, text: "begins" },
  message({ time: 1_700_000_000_000.125, text: "one" }),
  message({ time: 1_700_000_000_000.25, from: "server", descriptors: 2 }),
  message({ connection: 2, littleEndian: false, text: "zażółć" }),
  { kind: "end", connection: 1, from: "client", time: 3, error: null },
  { kind: "remark", connection: 1, time: 4, text: "something" },
  { kind: "end", connection: 1, from: "server", time: 4, error: "reset" },
];

function message(
  {
    time = 2,
    connection = 1,
    from = "client",
    text = "",
    data = new TextEncoder().encode(text),
    ...more
  }: {
    readonly time?: number;
    readonly connection?: number;
    readonly from?: "client" | "server";
    readonly text?: string;
    readonly data?: Uint8Array<ArrayBuffer>;
    readonly descriptors?: number;
    readonly littleEndian?: boolean;
  },
): TraceEvent {
  const header = new MessageHeader(MessageType.Request, 7, -3);
  return {
    ...{ kind: "message", time, connection, from },
    message: { header, data, descriptors: 0, littleEndian: true, ...more },
  };
}

Deno.test("what is written is read, whatever the chunks", async () => {
  const file = await fileOf(EVENTS);
  // A remark has the time of the packet that it stands at.
  const expected = EVENTS.map((event, i) =>
    event.kind === "remark" ? { ...event, time: EVENTS[i + 1]!.time } : event
  );
  for (const chunk of [1, 7, file.length]) {
    const { events, error } = await traceOf(file, { chunk });
    assertEquals([events, error], [expected, null]);
  }
});

Deno.test("a large body goes into packets that Wireshark takes", async () => {
  const data = Uint8Array.from({ length: 700_001 }, (_, i) => i % 251);
  const file = await fileOf([
    message({ data, descriptors: 1 }),
    message({ text: "behind" }),
  ]);
  const { events } = await traceOf(file);
  assertEquals(events, [
    message({ data, descriptors: 1 }),
    message({ text: "behind" }),
  ]);
});

Deno.test("a file that is cut off is read up to there", async () => {
  const file = await fileOf(EVENTS);
  const { events: all } = await traceOf(file);
  let most = 0;
  for (let length = 0; length < file.length; length++) {
    const { events, error } = await traceOf(file.subarray(0, length));
    assertEquals(events.map(brief), all.slice(0, events.length).map(brief));
    assert(events.length >= most);
    most = events.length;
    if (error === null) continue;
    assert(/^The file (is empty|ends \d+ bytes too early)/.test(error), error);
  }
});

Deno.test("no byte that is changed does worse than end the reading", async () => {
  const file = await fileOf(EVENTS);
  for (let at = 0; at < file.length; at++) {
    for (const value of [0, 1, 0x7f, 0xff]) {
      const broken = file.slice();
      broken[at] = value;
      const { events, error } = await traceOf(broken);
      assert(error === null || error.length > 0);
      assert(events.length <= EVENTS.length + 4);
    }
  }
});

Deno.test("what a packet of the link type may lack is told", async () => {
  const read = async (...packets: number[][]): Promise<string[]> => {
    const file = pcap(LINKTYPE_USER0, packets.map((p) => Uint8Array.from(p)));
    const { events, error } = await traceOf(file);
    return [...events.map(brief), ...(error === null ? [] : [error])];
  };
  const head = [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
  assertEquals(await read([1, 0, 0]), [
    "A packet of 3 bytes is too short for a message",
  ]);
  assertEquals(await read([9, ...head.slice(1)]), [
    "A packet of link type USER0 isn't of this program: its version is 9 and its direction 0",
  ]);
  assertEquals(await read([...head, 1, 2]), [
    "A message of 2 bytes is too short: the header alone has 12",
  ]);
  const unknownType = [9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  assertEquals(await read([...head, ...unknownType]), [
    "Message type 9 is unknown: types go from 0 to 4",
  ]);
  const continued = [1, 0, 0, 16, ...head.slice(4), 1, 2, 3];
  assertEquals(await read(continued), []);
});

Deno.test("what a snap length has cut off is told", async () => {
  const file = pcap(
    LINKTYPE_USER0,
    [new Uint8Array([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, ...new Array(20)])],
    { missing: 5 },
  );
  const { events } = await traceOf(file);
  assertEquals(events.map(brief), [
    "5 bytes of a message are not in the capture",
  ]);
});

Deno.test("a slow disk costs messages of the file, which are counted", async () => {
  const gate = Promise.withResolvers<void>();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const writer = new CaptureWriter("a", async (bytes) => {
    await gate.promise;
    chunks.push(bytes);
  }, 1000);
  for (let i = 0; i < 100; i++) writer.add(message({ text: "x".repeat(100) }));
  gate.resolve();
  await writer.close();
  writer.add(message({ text: "last" }));
  await writer.close();
  const { events } = await traceOf(concat(chunks));
  const [last, remark, ...others] = events.toReversed();
  assertEquals(brief(last!), "client 0 7 last");
  assertEquals(
    brief(remark!),
    `${
      100 - others.length
    } messages before this one are not in this file: it was written too slowly`,
  );
});

Deno.test("a disk that fails is told at the end", async () => {
  const writer = new CaptureWriter(
    "a",
    () => Promise.reject(new Error("No space left on device")),
  );
  writer.add(message({}));
  const failed = await writer.close().catch((error) => error.message);
  assertEquals(failed, "No space left on device");
});
