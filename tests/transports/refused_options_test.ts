/** A transport whose options are refused has taken nothing over. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  connect,
  SharedRingTransport,
  StreamTransport,
  UnixSeqpacketTransport,
} from "../../mod.ts";
import { MessagePortTransport } from "../../transports/message_port/mod.ts";
import { testWith } from "../support/permissions.ts";

const REFUSED = { maxBodyLenRead: -1 };

Deno.test("streams aren't locked if an option is refused", () => {
  const there = new TransformStream<Uint8Array<ArrayBuffer>>();
  const back = new TransformStream<Uint8Array<ArrayBuffer>>();
  const streams = { readable: back.readable, writable: there.writable };
  assertThrows(() => new StreamTransport(streams, REFUSED), RangeError);
  assertEquals([back.readable.locked, there.writable.locked], [false, false]);
});

Deno.test("a port says nothing if an option is refused", async () => {
  const { port1, port2 } = new MessageChannel();
  assertThrows(() => new MessagePortTransport(port1, REFUSED), RangeError);
  const first = new Promise((resolve) => {
    port2.onmessage = ({ data }) => resolve(data);
  });
  port1.postMessage("the first");
  assertEquals(await first, "the first");
  port1.close();
  port2.close();
});

for (
  const address of [
    ...["tcp://127.0.0.1:1", "tls://127.0.0.1:1", "ws://127.0.0.1:1/"],
    ...["unix:none/s", "unix+seqpacket:none/s", "unix+shm:none/s"],
  ] as const
) {
  testWith(
    "ffi",
    `no socket is opened if an option is refused: ${address}`,
    async () => {
      // Nobody listens there, which would be another error.
      const error = await assertRejects(() => connect(address, REFUSED));
      assertEquals([(error as Error).name], ["RangeError"]);
    },
  );
}

Deno.test({
  name: "options of a pair are refused before anything is asked of the system",
  permissions: "none",
  fn() {
    for (const transport of [UnixSeqpacketTransport, SharedRingTransport]) {
      assertThrows(() => transport.pair(REFUSED), RangeError);
    }
  },
});
