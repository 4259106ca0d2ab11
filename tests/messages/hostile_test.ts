/** Packets that break the rules: each ends the stream with an error, and nothing grows. */
import {
  assertEquals,
  assertLess,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { RpcError } from "../../mod.ts";
import {
  FIRST_WINDOW,
  LARGEST_WINDOW,
  type Packet,
} from "../../transports/messages/packet.ts";
import { data, decoder, hello, readError, side } from "./support.ts";

const KIB = 1024;

for (
  const [what, packets, text] of [
    ["data before its hello", [data(1)], "before its hello"],
    ["an end before its hello", [{ kind: "ended" }], "before its hello"],
    ["a second hello", [hello(), hello()], "a second hello"],
    ["a window of nothing", [hello(0)], "a window of 0 bytes"],
    ["a window that is too small", [hello(FIRST_WINDOW - 1)], "the least is"],
    [
      "a window that this side would fill for nobody",
      [hello(LARGEST_WINDOW + 1)],
      "the most 16777216",
    ],
    [
      "an acknowledgement of what wasn't sent",
      [hello(), { kind: "ack", cost: 1 }],
      "acknowledged 1 bytes, and 0 were open",
    ],
    [
      "an acknowledgement of nothing",
      [hello(), { kind: "ack", cost: 0 }],
      "acknowledged 0 bytes",
    ],
    ["empty data", [hello(), data(0)], "an empty data message"],
  ] as const satisfies readonly [string, readonly Packet[], string][]
) {
  Deno.test(`${what} ends the connection`, async () => {
    const { io, carrier } = side();
    carrier.receive(...packets);
    const error = await readError(io);
    assertEquals(error?.code, "connection-aborted");
    assertStringIncludes(String(error), text);
    await io.close();
  });
}

for (const kind of ["ended", "closed"] as const) {
  Deno.test(`data behind the packet "${kind}" is not read, and ends sending`, async () => {
    const { io, carrier } = side();
    carrier.receive(hello(), { kind }, data(1));
    assertEquals(await io.receive(decoder()), null);
    const error = await assertRejects(
      () => io.send(Uint8Array.of(1)),
      RpcError,
    );
    assertEquals([error.code, error.side], ["connection-aborted", "remote"]);
  });
}

Deno.test("an acknowledgement of more than was sent ends the connection", async () => {
  const { io, carrier } = side();
  carrier.receive(hello());
  await io.send(new Uint8Array(100));
  carrier.receive({ kind: "ack", cost: 165 });
  const error = await readError(io);
  assertStringIncludes(
    String(error),
    "acknowledged 165 bytes, and 164 were open",
  );
});

Deno.test("a side that doesn't wait for acknowledgements is cut off, and names the limit", async () => {
  const { io, carrier } = side({ windowBytes: 128 * KIB });
  carrier.receive(hello());
  const packet = data(KIB - 64);
  for (let i = 0; i < 200; i++) carrier.receive(packet);
  let read = 0;
  const into = decoder({ maxBodyLenRead: 2 ** 30 });
  let error: unknown = null;
  try {
    for (;; read++) await io.receive(into);
  } catch (thrown) {
    error = thrown;
  }
  // A window, and none of what came behind the packet that was too much.
  assertEquals(read, 128);
  const { code, limit, actual, message } = error as {
    code: string;
    limit: number;
    actual: number;
    message: string;
  };
  assertEquals([code, limit, actual], [
    "limit-exceeded",
    128 * KIB,
    129 * KIB,
  ]);
  assertStringIncludes(message, "windowBytes");
});

Deno.test("a flood of single bytes is stopped after few of them", async () => {
  const { io, carrier } = side({ windowBytes: 64 * KIB });
  carrier.receive(hello());
  const byte = data(1);
  for (let i = 0; i < 100_000; i++) carrier.receive(byte);
  let read = 0;
  const into = decoder({ maxBodyLenRead: 2 ** 30 });
  try {
    for (;; read++) await io.receive(into);
  } catch {
    // The limit: see above.
  }
  assertLess(read, 64 * KIB / 64);
});

Deno.test("after an error nothing is kept of what still comes", async () => {
  const { io, carrier } = side();
  carrier.receive(hello(), hello());
  for (let i = 0; i < 100; i++) carrier.receive(data(KIB));
  const error = await readError(io);
  assertStringIncludes(String(error), "second hello");
});
