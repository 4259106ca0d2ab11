/** The limits on bodies. */
import { assert, assertEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";

conformance(
  "a body over maxBodyLenWrite is refused, and nothing else",
  async (scene) => {
    const [left, right] = await scene.pair({
      maxBodyLenRead: 100,
      maxBodyLenWrite: 100,
    });
    const body = new Uint8Array(101);
    const sent = await left.sendRequest(1, "");
    const { messagesSent } = left.stats();
    for (
      const send of [
        () => left.sendStream(1, body),
        () => left.sendRequest(1, body),
        () => left.call(1, body),
        () => sent.sendUpdate(1, body),
      ]
    ) {
      const error = await rejectsWith("payload-too-large", send);
      assertEquals(
        [error.fatal, error.side, error.limit, error.actual],
        [false, "local", 100, 101],
      );
      assert(error.message.includes("maxBodyLenWrite"), error.message);
    }
    assertEquals(left.stats().messagesSent, messagesSent);
    assertEquals(left.stats().openSentRequests, 1);
    const { request } = await nextRequest(right);
    await left.sendStream(1, body.subarray(1));
    assertEquals((await nextStream(right)).body.data.length, 100);
    await request.sendResponse(1, "");
    await sent.recvResponse();
  },
);

conformance(
  "a response over the server's own limit says whose limit it is, to both",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      maxBodyLenWrite: 300,
      right: { onError: (error) => errors.push(error) },
    });
    const serving = server.serve({ 1: () => new Uint8Array(301) });
    const error = await rejectsWith("remote-error", () => client.call(1, ""));
    for (const { message } of [error, errors[0] as Error]) {
      assert(
        message.includes(
          "A body of 301 bytes is over maxBodyLenWrite of the side that sends it, which is 300: raise it there, and maxBodyLenRead on the side that receives it",
        ),
        message,
      );
    }
    await client.close();
    await serving;
  },
);

conformance("the limit counts bytes of UTF-8", async (scene) => {
  const [left, right] = await scene.pair({ maxBodyLenWrite: 10 });
  await left.sendStream(1, "äääää");
  assertEquals((await nextStream(right)).text(), "äääää");
  await rejectsWith("payload-too-large", () => left.sendStream(1, "ääääää"));
});

conformance("a body over maxBodyLenRead ends a byte stream", async (scene) => {
  const [left, right] = await scene.pair({
    maxBodyLenRead: 100,
    maxBodyLenWrite: 1000,
  });
  await left.sendStream(1, new Uint8Array(100));
  await left.sendStream(1, new Uint8Array(101));
  await left.sendStream(1, new Uint8Array(1));
  assertEquals((await nextStream(right)).body.data.length, 100);
  const error = await rejectsWith(
    "payload-too-large",
    () => right.recvMessage(),
  );
  assertEquals(
    [error.fatal, error.side, error.limit, error.actual],
    [true, "remote", 100, 101],
  );
  assert(error.message.includes("maxBodyLenRead"), error.message);
  assertEquals(await right.closed, error);
  assertEquals(await right.recvMessage().catch((again) => again), error);
}, ({ longBodyIsFatal }) => longBodyIsFatal);

conformance("bodies may be of length 0 only", async (scene) => {
  const [left, right] = await scene.pair({
    maxBodyLenRead: 0,
    maxBodyLenWrite: 0,
  });
  right.serve({ 1: () => {}, 2: () => "too long" });
  assertEquals((await left.call(1, "")).body.data.length, 0);
  await rejectsWith("remote-error", () => left.call(2, ""));
  await rejectsWith("payload-too-large", () => left.call(1, "x"));
});
