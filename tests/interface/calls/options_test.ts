/** Options of typed calls: timeout and metadata, and what is known of a call that failed. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MessageType, RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { fired, rejectsWith } from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";
import { Camera as WithErrors } from "../errors/support.ts";
import { Camera, PlainCamera } from "./support.ts";

const { Response } = MessageType;

conformance(
  "a timeout ends a call here, and fires the signal of its handler",
  async (scene) => {
    const clock = new HandClock();
    const [client, server] = await scene.pair({ clock });
    const begun = [
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
    ];
    const reasons: Promise<unknown>[] = [];
    const wait = async (signal: AbortSignal): Promise<string> => {
      const over = fired(signal);
      begun[reasons.push(over) - 1]!.resolve();
      await over;
      return "late";
    };
    Camera.serve(server, {
      name: (_nothing, { signal }) => wait(signal),
      record: (_nothing, { signal }) => wait(signal),
      scan: () => "done",
    });
    const camera = Camera.client(client);
    const call = camera.name({ timeout: 500 });
    const first = rejectsWith("deadline-exceeded", () => call);
    const recording = await camera.record({ timeout: 500 });
    const second = rejectsWith("deadline-exceeded", () => recording.response());
    await Promise.all(begun.map(({ promise }) => promise));
    clock.turn(500);
    for (
      const [failed, name] of [[first, "name"], [second, "record"]] as const
    ) {
      const error = await failed;
      assertEquals([error.service, error.limit], [`Camera.${name}`, 500]);
      assert(error.message.startsWith(`Camera.${name}: `), error.message);
      assertEquals([error.side, error.outcome], ["local", "unknown"]);
    }
    for (const reason of await Promise.all(reasons)) {
      assert(reason instanceof RpcError, `${reason}`);
    }
  },
);

conformance(
  "callTimeout is for services without updates only",
  async (scene) => {
    const clock = new HandClock();
    const [client, server] = await scene.pair({
      clock,
      left: { callTimeout: 100 },
    });
    const begun = [
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
    ];
    const finish = Promise.withResolvers<void>();
    Camera.serve(server, {
      name: async () => {
        begun[0]!.resolve();
        await finish.promise;
        return "left";
      },
      record: async () => {
        begun[1]!.resolve();
        await finish.promise;
        return "done";
      },
      scan: () => "done",
    });
    const camera = Camera.client(client);
    const call = camera.name();
    const rejected = rejectsWith("deadline-exceeded", () => call);
    const patient = camera.name({ timeout: Infinity });
    const recording = await camera.record();
    await Promise.all(begun.map(({ promise }) => promise));
    clock.turn(100);
    assertEquals((await rejected).limit, 100);
    finish.resolve();
    assertEquals(await recording.response(), "done");
    assertEquals(await patient, "left");
  },
);

conformance(
  "metadata goes with a request, where both sides are peers of ours",
  async (scene) => {
    const [client, server] = await scene.pair();
    const call = Camera.client(client).name({ metadata: { user: "x" } });
    const message = await Camera.messages(server).recvMessage();
    assert(message?.name === "name");
    assertEquals({ ...message.request.metadata }, { user: "x" });
    await message.request.sendResponse("left");
    assertEquals(await call, "left");
    Camera.serve(server, {
      name: (_nothing, { metadata }) => metadata.user ?? "nobody",
      record: () => "done",
      scan: () => "done",
    });
    const camera = Camera.client(client);
    assertEquals(await camera.name({ metadata: { user: "y" } }), "y");
    assertEquals(await camera.name(), "nobody");
    await assertRejects(
      () => PlainCamera.client(client).name({ metadata: { user: "x" } }),
      TypeError,
      "extensions",
    );
  },
);

conformance("what failed before it was sent says so", async (scene) => {
  const [client] = await scene.pair();
  const camera = Camera.client(client);
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  const scan = await camera.scan();
  const update = await rejectsWith(
    "encode-failed",
    () => scan.send.speed(loop as never),
  );
  // It isn't the request that failed.
  assertEquals(update.outcome, undefined);
  const request = await rejectsWith(
    "encode-failed",
    () => WithErrors.client(client).record(loop as never),
  );
  assertEquals(request.outcome, "not-sent");
  await client.close();
  const closed = await rejectsWith("connection-closed", () => camera.name());
  assertEquals(closed.outcome, "not-sent");
});

conformance(
  "only of a peer that is known to be ours a no is taken at its word",
  async (scene) => {
    for (
      const [interface_, outcome] of [
        [Camera, "refused"],
        [PlainCamera, "unknown"],
      ] as const
    ) {
      for (
        const reason of [
          "unavailable",
          "unknown-service",
          "invalid-request",
          "limit-exceeded",
        ]
      ) {
        const [peer, raw] = await scene.raw();
        const call = interface_.client(peer).name();
        const rejected = rejectsWith("remote-error", () => call);
        await raw.recv();
        await raw.send(Response, 0, -1, `${reason}: no`);
        const error = await rejected;
        assertEquals([error.reason, error.outcome], [reason, outcome]);
        assertEquals(error.message, "Camera.name: no");
      }
    }
  },
);

conformance(
  "an invalid response says that the request may have run",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const call = Camera.client(peer).name();
    const rejected = rejectsWith("decode-failed", () => call);
    await raw.recv();
    await raw.send(Response, 0, 1, "{");
    assertEquals((await rejected).outcome, "unknown");
  },
);
