/** Timeouts, with a clock that is turned by hand. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextStream, rejectsWith } from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";

const BODY = new Uint8Array(8000);

conformance("an idle connection may stay idle", async (scene) => {
  const clock = new HandClock();
  const [left, right] = await scene.pair({ clock });
  await left.sendStream(1, "");
  await nextStream(right);
  for (let i = 0; i < 10; i++) {
    clock.turn(30_000);
    await scene.pace(2);
  }
  await left.sendStream(1, "still here");
  assertEquals((await nextStream(right)).text(), "still here");
});

conformance("a peer that takes no bytes is cut off", async (scene) => {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({ clock, stallTimeout: 1000 });
  const sends = Array.from(
    { length: 4000 },
    (_, i) => peer.sendStream(i, BODY),
  );
  const all = Promise.allSettled(sends);
  await scene.pace(200);
  clock.turn(1000);
  await scene.pace();
  clock.turn(1000);
  const error = await peer.closed;
  assertEquals([error?.code, error?.fatal, error?.limit], [
    "limit-exceeded",
    true,
    1000,
  ]);
  for (const result of await all) {
    assert(
      result.status === "fulfilled" || result.reason.code === "limit-exceeded",
    );
  }
  await rejectsWith("limit-exceeded", () => peer.recvMessage());
  await raw.close();
});

conformance("close writes for closeTimeout and no longer", async (scene) => {
  const clock = new HandClock();
  const [peer, raw] = await scene.raw({
    clock,
    closeTimeout: 500,
    stallTimeout: 0,
  });
  const sends = Array.from(
    { length: 4000 },
    (_, i) => peer.sendStream(i, BODY),
  );
  const all = Promise.allSettled(sends);
  await scene.pace();
  const closing = peer.close();
  await scene.pace();
  clock.turn(500);
  await closing;
  assertEquals(await peer.closed, null);
  for (const result of await all) {
    assert(
      result.status === "fulfilled" ||
        result.reason.code === "connection-closed",
    );
  }
  await raw.close();
});

conformance("a paused reader isn't taken for a stall", async (scene) => {
  const clock = new HandClock();
  const [left, right] = await scene.pair({
    left: { stallTimeout: 0 },
    right: { stallTimeout: 1000, maxInboxMessages: 1 },
    clock,
  });
  const count = 200;
  const sending = (async () => {
    for (let i = 0; i < count; i++) await left.sendStream(i, BODY);
  })();
  for (let i = 0; i < 5; i++) {
    await scene.pace(20);
    clock.turn(1000);
  }
  for (let i = 0; i < count; i++) {
    const { header } = await nextStream(right);
    assertEquals([header.type, header.serviceId], [MessageType.Stream, i]);
  }
  await sending;
});
