/** Requests that are refused after they were opened: they leave nothing behind. */
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  type BodyData,
  type BodyInput,
  MemoryTransport,
  MessageType,
  type Outgoing,
  Peer,
  RpcError,
  StreamBody,
  type Transport,
} from "../../mod.ts";
import { rejectsWith } from "../support/expect.ts";

const KIB = 1024;
const LIMITS = { maxBodyLenRead: 512 * KIB, maxBodyLenWrite: 512 * KIB };
const REFUSED = new RpcError("encode-failed", "The system refuses it");

/** A transport of one's own, which refuses the requests of service 2 when it writes them. */
function refusing(
  inner: MemoryTransport,
  toBody?: (data: BodyData) => StreamBody,
): Transport<StreamBody, unknown> {
  const writer = inner.writable.getWriter();
  const writable = new WritableStream<Outgoing[]>({
    async write(batch) {
      const passed: Outgoing[] = [];
      for (const outgoing of batch) {
        const { type, serviceId } = outgoing.message.header;
        if (type === MessageType.Request && serviceId === 2) {
          outgoing.settle?.(REFUSED);
        } else passed.push(outgoing);
      }
      await writer.write(passed);
    },
    close: () => writer.close(),
  });
  return {
    readable: inner.readable,
    writable,
    info: null,
    check: (message) => inner.check(message),
    ...(toBody === undefined ? {} : {
      toBody: (input) => toBody(dataOf(input)),
    }),
    close: () => inner.close(),
  };
}

for (const length of [5, 300 * KIB]) {
  Deno.test(`a request of ${length} bytes that the transport refuses was not sent`, async () => {
    const [a, b] = MemoryTransport.pair(LIMITS);
    await using server = Peer.spawn(b);
    await using client = Peer.spawn(refusing(a), { maxOpenSentRequests: 1 });
    const serving = server.serve({ 1: () => "done" });
    const body = "x".repeat(length);
    const error = await rejectsWith(
      "encode-failed",
      () => client.call(2, body),
    );
    assertEquals([error.outcome, error.fatal], ["not-sent", false]);
    // Its place is free again.
    assertEquals((await client.call(1, body)).text(), "done");
    assertEquals(client.stats().openSentRequests, 0);
    await client.close();
    await serving;
  });
}

Deno.test("a request that can't be queued leaves its id and its place", async () => {
  const [a, b] = MemoryTransport.pair();
  await using server = Peer.spawn(b);
  const full = new RangeError("Array buffer allocation failed");
  let bodies = Infinity;
  const transport = refusing(a, (body) => {
    // The second one is the copy that is queued.
    if (--bodies === 0) throw full;
    return new StreamBody(body);
  });
  await using client = Peer.spawn(transport, { maxOpenSentRequests: 1 });
  const serving = server.serve({ 1: () => "done" });
  for (const metadata of [undefined, { user: "x" }]) {
    bodies = metadata === undefined ? 2 : 4;
    const calling = (): Promise<unknown> =>
      client.call(1, "", { extensions: true, metadata });
    assertStrictEquals(await assertRejects(calling), full);
    assertEquals(client.stats().openSentRequests, 0);
    assertEquals((await client.call(1, "")).text(), "done");
  }
  await client.close();
  await serving;
});

function dataOf(input: BodyInput): BodyData {
  return typeof input === "object" && "data" in input ? input.data : input;
}
