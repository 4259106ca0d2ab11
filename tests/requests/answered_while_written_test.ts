/** A response that comes while the body of its request is still being written. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { Peer, RpcError } from "../../mod.ts";
import { rejectsWith } from "../support/expect.ts";
import { SlowToSettle } from "./slow_to_settle.ts";

/** It isn't copied, so its send waits for `settle`. */
const LARGE = new Uint8Array(300_000);

function refusal(): RpcError {
  return new RpcError("encode-failed", "It was given away");
}

Deno.test("The response is delivered where the connection ends before the write does", async () => {
  const transport = new SlowToSettle();
  await using peer = Peer.spawn(transport);
  const calling = peer.call(1, LARGE);
  await transport.answer();
  transport.end();
  assertEquals((await calling).text(), "answer");
  assertEquals(await peer.closed, null);
});

Deno.test("So it is to sendRequest()", async () => {
  const transport = new SlowToSettle();
  await using peer = Peer.spawn(transport);
  const sending = peer.sendRequest(1, LARGE);
  await transport.answer();
  transport.end();
  const request = await sending;
  assertEquals((await request.recvResponse()).text(), "answer");
});

Deno.test("The response is delivered where the write fails behind it", async () => {
  const transport = new SlowToSettle();
  await using peer = Peer.spawn(transport, { maxOpenSentRequests: 1 });
  const calling = peer.call(1, LARGE);
  await transport.answer();
  // Its permit is free, so that it is known to have come.
  await peer.sendRequest(2, "");
  (await transport.written).settle?.(refusal());
  assertEquals((await calling).text(), "answer");
});

Deno.test("A request that has ended with its connection rejects with the error of that", async () => {
  const transport = new SlowToSettle();
  await using peer = Peer.spawn(transport);
  const calling = rejectsWith("connection-closed", () => peer.call(1, LARGE));
  await transport.written;
  transport.end();
  await calling;
});

Deno.test("A request that was cancelled while it was written rejects with the reason, also where the write fails", async () => {
  const transport = new SlowToSettle();
  await using peer = Peer.spawn(transport, { maxOpenSentRequests: 1 });
  const reason = new Error("enough");
  const aborter = new AbortController();
  const { signal } = aborter;
  const calling = peer.call(1, LARGE, { signal }).catch((error) => error);
  const { settle } = await transport.written;
  aborter.abort(reason);
  settle?.(refusal());
  assertStrictEquals(await calling, reason);
  // Its permit is free.
  await peer.sendRequest(2, "");
});
