/** `recvMessage` and iteration, and where non-fatal errors go. */
import { assert, assertEquals } from "@std/assert";
import { MessageType, RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";
import type { RawEnd } from "../../support/raw_end.ts";

const { Request, Response, Stream } = MessageType;

/** Two messages, each with an error behind it, and then one more. */
function sendMixed(raw: RawEnd): Promise<void> {
  return raw.sendBatch([
    [Stream, 0, 1, "a"],
    [Response, 99, 1, ""],
    [Request, 5, 2, "b"],
    [Request, 5, 3, "again"],
    [Stream, 0, 1, "c"],
  ]);
}

conformance(
  "recvMessage throws non-fatal errors in their place",
  async (scene) => {
    const errors: unknown[] = [];
    const [peer, raw] = await scene.raw({
      onError: (error) => errors.push(error),
    });
    await sendMixed(raw);
    assertEquals((await nextStream(peer)).text(), "a");
    await rejectsWith("unknown-request-id", () => peer.recvMessage());
    assertEquals((await nextRequest(peer)).body.text(), "b");
    await rejectsWith("duplicate-request-id", () => peer.recvMessage());
    assertEquals((await nextStream(peer)).text(), "c");
    assertEquals(errors, []);
    assertEquals(peer.stats().errors, 2);
  },
);

conformance("a waiting recvMessage gets the error too", async (scene) => {
  const [peer, raw] = await scene.raw();
  const waiting = [peer.recvMessage(), peer.recvMessage()];
  const failing = rejectsWith("unknown-request-id", () => waiting[0]!);
  await raw.sendBatch([[Response, 99, 1, ""], [Stream, 0, 1, "a"]]);
  await failing;
  assertEquals((await waiting[1])?.kind, "stream");
});

for (const listening of [true, false]) {
  conformance(
    `iteration skips non-fatal errors ${listening ? "to" : "without"} onError`,
    async (scene) => {
      const codes: string[] = [];
      const onError = (error: unknown): void => {
        assert(error instanceof RpcError);
        codes.push(error.code);
      };
      const [peer, raw] = await scene.raw(listening ? { onError } : {});
      await sendMixed(raw);
      const kinds: string[] = [];
      for await (const message of peer) {
        kinds.push(message.kind);
        if (message.kind === "request") {
          message.request[Symbol.dispose]();
          await raw.end();
        }
      }
      assertEquals(kinds, ["stream", "request", "stream"]);
      assertEquals(
        codes,
        listening ? ["unknown-request-id", "duplicate-request-id"] : [],
      );
      assertEquals(peer.stats().errors, 2);
    },
  );
}

conformance("serve sends non-fatal errors to onError", async (scene) => {
  const codes: string[] = [];
  const [peer, raw] = await scene.raw({
    onError: (error) => codes.push((error as RpcError).code),
  });
  const serving = peer.serve({ 2: (_request, body) => body });
  await sendMixed(raw);
  assertEquals(await raw.recvPlain(), [Response, 5, 2, "b"]);
  await raw.end();
  await serving;
  assertEquals(codes, ["unknown-request-id", "duplicate-request-id"]);
});

conformance(
  "breaking out of the iteration leaves everything open",
  async (scene) => {
    const [left, right] = await scene.pair();
    for (const text of ["a", "b", "c"]) await left.sendStream(1, text);
    for await (const message of right) {
      assert(message.kind === "stream");
      assertEquals(message.message.text(), "a");
      break;
    }
    assertEquals((await nextStream(right)).text(), "b");
    for await (const message of right) {
      assert(message.kind === "stream");
      assertEquals(message.message.text(), "c");
      break;
    }
    await right.sendStream(1, "back");
    assertEquals((await nextStream(left)).text(), "back");
  },
);

conformance("messages go to those that wait, in order", async (scene) => {
  const [left, right] = await scene.pair();
  const waiting = Array.from({ length: 5 }, () => nextStream(right));
  for (let i = 0; i < 5; i++) await left.sendStream(i, "");
  const ids = (await Promise.all(waiting)).map(({ header }) =>
    header.serviceId
  );
  assertEquals(ids, [0, 1, 2, 3, 4]);
});

conformance("a given up recvMessage takes no message", async (scene) => {
  const [left, right] = await scene.pair();
  const controller = new AbortController();
  const reason = new Error("enough");
  const waits = [
    right.recvMessage({ signal: controller.signal }),
    right.recvMessage(),
    right.recvMessage({ signal: controller.signal }),
  ];
  controller.abort(reason);
  for (const i of [0, 2]) {
    const [result] = await Promise.allSettled([waits[i]]);
    assert(result?.status === "rejected" && result.reason === reason);
  }
  const [fired] = await Promise.allSettled([
    right.recvMessage({ signal: controller.signal }),
  ]);
  assert(fired.status === "rejected" && fired.reason === reason);
  await left.sendStream(1, "not lost");
  const message = await waits[1];
  assert(message?.kind === "stream");
  assertEquals(message.message.text(), "not lost");
});
