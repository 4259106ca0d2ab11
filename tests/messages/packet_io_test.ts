/** One end of a byte stream over messages, packet by packet. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RpcError } from "../../mod.ts";
import {
  costOf,
  FIRST_WINDOW,
  LARGEST_WINDOW,
  PACKET_COST,
} from "../../transports/messages/packet.ts";
import { resolvePacketOptions } from "../../transports/messages/packet_options.ts";
import { isPending } from "../support/expect.ts";
import { frame, STREAM } from "../support/scripted_frames.ts";
import { data, decoder, hello, readError, side } from "./support.ts";

const KIB = 1024;

Deno.test("the first packet tells the window", () => {
  const { carrier } = side({ windowBytes: 200 * KIB });
  assertEquals(carrier.sent, [hello(200 * KIB)]);
});

Deno.test("a send takes at most what one packet may have, and says how much", async () => {
  const { io, carrier } = side({ maxDataLen: 1000 });
  carrier.receive(hello());
  assertEquals(await io.send(new Uint8Array(2500)), 1000);
  assertEquals(await io.send(new Uint8Array(500)), 500);
  const lengths = carrier.sent.map((packet) =>
    packet.kind === "data" ? packet.bytes.length : 0
  );
  assertEquals(lengths, [0, 1000, 500]);
});

Deno.test("what is given away goes as it is, or in pieces where that is too long", async () => {
  for (
    const [maxGivenLen, expected] of [[2500, [2500]], [2000, [
      1000,
      1000,
      500,
    ]]] as const
  ) {
    const { io, carrier } = side({ maxDataLen: 1000, maxGivenLen });
    carrier.receive(hello());
    await io.give(new Uint8Array(2500));
    const lengths = carrier.sent.slice(1).map((packet) =>
      packet.kind === "data" ? packet.bytes.length : 0
    );
    assertEquals(lengths, [...expected]);
  }
});

Deno.test("what is sent may be changed as soon as its send has resolved", async () => {
  const { io, carrier } = side();
  carrier.receive(hello());
  const bytes = new Uint8Array(10).fill(1);
  await io.send(bytes);
  bytes.fill(2);
  const packet = carrier.sent[1];
  assertEquals(packet?.kind === "data" && packet.bytes[0], 1);
});

Deno.test("before the other side's hello a side may send 64 KiB", async () => {
  const { io } = side({ maxDataLen: KIB });
  const bytes = new Uint8Array(KIB);
  const most = Math.ceil(FIRST_WINDOW / costOf(bytes));
  for (let i = 0; i < most; i++) await io.send(bytes);
  assertEquals(await isPending(io.send(bytes)), true);
});

Deno.test("a hello lets what waits go on, up to its window", async () => {
  const { io, carrier } = side({ maxDataLen: KIB });
  const window = 100 * KIB;
  const bytes = new Uint8Array(KIB);
  let sent = 0;
  const sending = (async () => {
    for (;;) sent += await io.send(bytes);
  })();
  const stopped = sending.catch((error: RpcError) => error.code);
  await isPending(stopped);
  carrier.receive(hello(window));
  await isPending(stopped);
  const packets = Math.ceil(window / costOf(bytes));
  assertEquals(sent, packets * KIB);
  await io.close();
  assertEquals(await stopped, "connection-aborted");
});

Deno.test("an acknowledgement makes room, by what it says", async () => {
  const { io, carrier } = side();
  carrier.receive(hello(FIRST_WINDOW));
  await io.send(new Uint8Array(FIRST_WINDOW));
  const next = io.send(new Uint8Array(10));
  assertEquals(await isPending(next), true);
  carrier.receive({ kind: "ack", cost: PACKET_COST });
  assertEquals(await isPending(next), true);
  carrier.receive({ kind: "ack", cost: 1 });
  assertEquals(await next, 10);
});

Deno.test("what is taken is acknowledged, a quarter of the window at once", async () => {
  const { io, carrier } = side({ windowBytes: 64 * KIB });
  const into = decoder();
  const quarter = data(16 * KIB - PACKET_COST);
  carrier.receive(hello(), quarter, quarter);
  assertEquals(carrier.kinds, ["hello"]);
  await io.receive(into);
  assertEquals(carrier.sent.at(-1), { kind: "ack", cost: 16 * KIB });
  await io.receive(into);
  assertEquals(carrier.kinds, ["hello", "ack", "ack"]);
});

Deno.test("a side that ends its half still reads, and answers", async () => {
  const { io, carrier } = side();
  carrier.receive(hello(), { kind: "ended" });
  assertEquals(await io.receive(decoder()), null);
  assertEquals(await io.send(new Uint8Array(5)), 5);
  await io.closeWrite();
  await io.closeWrite();
  assertEquals(carrier.kinds, ["hello", "data", "ended"]);
});

Deno.test("what came before an end is read before it", async () => {
  for (const how of ["ended", "closed", "broken"] as const) {
    const { io, carrier } = side();
    const bytes = frame(STREAM, 0, 7, "last words");
    carrier.receive(hello(), { kind: "data", bytes, given: true });
    if (how === "broken") carrier.break();
    else carrier.receive({ kind: how });
    const into = decoder();
    const messages = await io.receive(into);
    assertEquals(messages?.[0]?.text(), "last words");
    if (how === "broken") await assertRejects(() => io.receive(into), RpcError);
    else assertEquals(await io.receive(into), null);
  }
});

Deno.test("a carrier that ends without a word is an error, on both ways", async () => {
  const { io, carrier } = side();
  carrier.receive(hello(FIRST_WINDOW));
  await io.send(new Uint8Array(FIRST_WINDOW));
  const sending = assertRejects(() => io.send(Uint8Array.of(1)), RpcError);
  const reading = readError(io);
  carrier.break("gone");
  assertEquals((await sending).message, "gone");
  assertEquals((await reading)?.message, "gone");
});

Deno.test("a side that has closed gets nothing any more", async () => {
  const { io, carrier } = side();
  carrier.receive(hello(), { kind: "closed" });
  assertEquals(await io.receive(decoder()), null);
  const error = await assertRejects(() => io.send(Uint8Array.of(1)), RpcError);
  assertEquals([error.code, error.side], ["connection-aborted", "remote"]);
  await io.close();
  assertEquals(carrier.kinds, ["hello"]);
});

Deno.test("close tells the other side, and ends what is pending", async () => {
  const { io, carrier } = side();
  carrier.receive(hello(FIRST_WINDOW));
  await io.send(new Uint8Array(FIRST_WINDOW));
  const sending = assertRejects(() => io.send(Uint8Array.of(1)), RpcError);
  const reading = assertRejects(() => io.receive(decoder()), RpcError);
  await Promise.all([io.close(), io.close()]);
  assertEquals((await sending).side, "local");
  assertEquals((await reading).side, "local");
  assertEquals([carrier.kinds.at(-1), carrier.closed], ["closed", true]);
  // What still comes is of no use.
  carrier.receive(data(5), { kind: "ended" });
  await assertRejects(() => io.receive(decoder()), RpcError);
});

for (
  const [what, windowBytes] of [
    ["too small", FIRST_WINDOW - 1],
    ["too large", LARGEST_WINDOW + 1],
    ["fractional", FIRST_WINDOW + 0.5],
    ["no number", NaN],
  ] as const
) {
  Deno.test(`windowBytes that is ${what} is refused`, () => {
    assertThrows(
      () => resolvePacketOptions({ windowBytes }),
      RangeError,
      "windowBytes",
    );
  });
}

for (
  const times of [{ interval: 9, timeout: 10 }, { interval: 10, timeout: NaN }]
) {
  Deno.test(`a heartbeat of ${times.interval} and ${times.timeout} is refused`, () => {
    assertThrows(
      () => resolvePacketOptions({}, times),
      RangeError,
      "heartbeat.",
    );
  });
}
