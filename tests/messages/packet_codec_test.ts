/** Packets as bytes: `docs/protocol.md` has the table. */
import { assertEquals, assertThrows } from "@std/assert";
import { RpcError } from "../../mod.ts";
import type { Packet } from "../../transports/messages/packet.ts";
import { PacketCodec } from "../../transports/messages/packet_codec.ts";

/** Each kind of packet, and its bytes in hexadecimal. */
const GOLDEN: readonly [Packet, string][] = [
  [{ kind: "hello", window: 0x100000, every: 500 }, "00 00001000 f4010000"],
  [
    { kind: "data", bytes: Uint8Array.of(0x17, 0xff), given: true },
    "01 17ff",
  ],
  [{ kind: "ack", cost: 0x80000001 }, "02 01000080"],
  [{ kind: "ended" }, "03"],
  [{ kind: "closed" }, "04"],
  [{ kind: "alive" }, "05"],
];

function toHex(bytes: Uint8Array): string {
  return bytes.toHex();
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

for (const [packet, hex] of GOLDEN) {
  Deno.test(`${packet.kind} is ${hex}, both ways`, () => {
    const codec = new PacketCodec();
    assertEquals(toHex(codec.encode(packet)), hex.replaceAll(" ", ""));
    assertEquals(codec.decode(fromHex(hex)), packet);
  });
}

Deno.test("numbered packets have their number behind the kind", () => {
  const sender = new PacketCodec({ numbered: true });
  const receiver = new PacketCodec({ numbered: true });
  for (const [packet, number] of [["03", "00"], ["05", "01"]] as const) {
    const [value] = GOLDEN.find(([, hex]) => hex === packet)!;
    const bytes = sender.encode(value);
    assertEquals(toHex(bytes), `${packet}${number}000000`);
    assertEquals(receiver.decode(bytes), value);
  }
});

Deno.test("a numbered packet that is lost, repeated or early is an error", () => {
  const packets = (): Uint8Array<ArrayBuffer>[] => {
    const sender = new PacketCodec({ numbered: true });
    return GOLDEN.map(([packet]) => sender.encode(packet));
  };
  for (const order of [[0, 2], [0, 0], [1]]) {
    const receiver = new PacketCodec({ numbered: true });
    const sent = packets();
    for (const i of order.slice(0, -1)) receiver.decode(sent[i]!);
    const error = assertThrows(
      () => receiver.decode(sent[order.at(-1)!]!),
      RpcError,
      "the carrier has lost messages, or changed their order",
    );
    assertEquals([error.code, error.fatal], ["connection-aborted", true]);
  }
});

for (
  const [hex, text] of [
    ["", "an empty message"],
    ["06", "the unknown kind 6"],
    ["ff", "the unknown kind 255"],
    ["00 00001000", "kind hello with 5 bytes"],
    ["00 00001000 f4010000 00", "kind hello with 10 bytes"],
    ["02", "kind ack with 1 bytes"],
    ["02 0100000000", "kind ack with 6 bytes"],
    ["03 00", "kind ended with 2 bytes"],
    ["04 00", "kind closed with 2 bytes"],
    ["05 00", "kind alive with 2 bytes"],
  ] as const
) {
  Deno.test(`${hex || "nothing"} is no packet`, () => {
    const error = assertThrows(
      () => new PacketCodec().decode(fromHex(hex)),
      RpcError,
      text,
    );
    assertEquals([error.code, error.side], ["connection-aborted", "remote"]);
  });
}

Deno.test("a numbered packet that ends inside its number is none", () => {
  assertThrows(
    () => new PacketCodec({ numbered: true }).decode(fromHex("03 000000")),
    RpcError,
    "kind ended with 4 bytes",
  );
});
