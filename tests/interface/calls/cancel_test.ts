/** Cancelling typed calls: with extensions, and by an update that is declared for it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MessageType, RpcError } from "../../../mod.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import type { HandlersOf } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { fired, isPending, rejectsWith } from "../../support/expect.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import { Camera, PlainCamera } from "./support.ts";

const { Request, RequesterUpdate, Response } = MessageType;

const unused: HandlersOf<typeof Camera> = {
  name: () => "left",
  record: () => "done",
  scan: () => "done",
};

async function serve(
  scene: Scene,
  interface_: typeof Camera,
  handlers: Partial<HandlersOf<typeof Camera>>,
): Promise<{ client: TestPeer; server: TestPeer; errors: unknown[] }> {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const [client, server] = await scene.pair({ onError });
  interface_.serve(server, { ...unused, ...handlers });
  return { client, server, errors };
}

/** The ways to say that a call isn't wanted any more, each of which ends it here. */
const WAYS = ["abort", "dispose", "using"] as const;

conformance(
  "with extensions the signal of a handler fires, however a call is cancelled",
  async (scene) => {
    const started = Promise.withResolvers<void>();
    const signals: Promise<unknown>[] = [];
    let begun = started;
    const { client, errors } = await serve(scene, Camera, {
      record: async (_nothing, { signal }) => {
        signals.push(fired(signal));
        begun.resolve();
        await signals.at(-1);
        // Nobody wants it any more: it is dropped.
        if (signals.length === 1) return "late";
        throw await signals.at(-1);
      },
    });
    const camera = Camera.client(client);
    for (const way of WAYS) {
      begun = Promise.withResolvers();
      const stop = new AbortController();
      const recording = await camera.record({ signal: stop.signal });
      await begun.promise;
      const response = recording.response();
      const ended = assertRejects(() => response);
      if (way === "abort") stop.abort("enough");
      else if (way === "dispose") recording[Symbol.dispose]();
      else {
        for (const _ of [0]) {
          using _recording = recording;
          break;
        }
      }
      const error = await ended;
      if (way === "abort") assertEquals(error as unknown, "enough");
      const reason = await signals.at(-1)!;
      assert(reason instanceof RpcError);
      assertEquals([reason.reason, reason.side], ["canceled", "remote"]);
    }
    assertEquals(await camera.name(), "left");
    assertEquals(errors, []);
  },
);

conformance(
  "a service without updates is cancelled by its signal",
  async (scene) => {
    const begun = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<unknown>();
    const { client, errors } = await serve(scene, Camera, {
      name: async (_nothing, { signal }) => {
        begun.resolve();
        cancelled.resolve(await fired(signal));
        return "late";
      },
    });
    const stop = new AbortController();
    const call = Camera.client(client).name({ signal: stop.signal });
    const ended = assertRejects(() => call);
    await begun.promise;
    stop.abort("enough");
    assertEquals(await ended as unknown, "enough");
    assert(await cancelled.promise instanceof RpcError);
    assertEquals(errors, []);
  },
);

conformance(
  "a generator ends at its next update, with its finally blocks",
  async (scene) => {
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    let frames = 0;
    const { client, server, errors } = await serve(scene, Camera, {
      record: async function* (_nothing, { signal }) {
        try {
          yield { name: "frame", body: ++frames };
          begun.resolve();
          await fired(signal);
          yield { name: "frame", body: ++frames };
          frames++;
          return "late";
        } finally {
          ended.resolve();
        }
      },
    });
    const recording = await Camera.client(client).record();
    await begun.promise;
    recording[Symbol.dispose]();
    await ended.promise;
    assertEquals(frames, 2);
    assertEquals(await Camera.client(client).name(), "left");
    assertEquals(server.stats().openReceivedRequests, 0);
    assertEquals(client.stats().openSentRequests, 0);
    assertEquals(errors, []);
  },
);

conformance(
  "breaking out of a loop over updates leaves a request open",
  async (scene) => {
    const goOn = Promise.withResolvers<void>();
    let fires = false;
    const { client } = await serve(scene, Camera, {
      record: async function* (_nothing, { signal }) {
        fired(signal).then(() => fires = true);
        yield { name: "frame", body: 1 };
        await goOn.promise;
        return "done";
      },
    });
    const camera = Camera.client(client);
    const recording = await camera.record();
    for await (const _ of recording.updates()) break;
    // Behind what a break would have sent.
    assertEquals(await camera.name(), "left");
    assertEquals(fires, false);
    goOn.resolve();
    assertEquals(await recording.response(), "done");
  },
);

conformance(
  "without extensions the update that cancels fires the signal and is delivered, and the handler answers",
  async (scene) => {
    const begun: (() => void)[] = [];
    const told: string[] = [];
    const answered = [0, 1].map(() => Promise.withResolvers<void>());
    const { client, errors } = await serve(scene, PlainCamera, {
      scan: async (_nothing, request) => {
        const { signal } = request;
        begun.shift()!();
        const reason = await fired(signal);
        assert(reason instanceof RpcError);
        assertEquals(reason.reason, "canceled");
        for await (const { name } of request.updates()) {
          told.push(name);
          if (name === "stop") break;
        }
        answered[told.filter((name) => name === "stop").length - 1]!.resolve();
        return "stopped";
      },
    });
    const camera = PlainCamera.client(client);
    for (const [index, way] of ["abort", "send"].entries()) {
      const started = new Promise<void>((resolve) => begun.push(resolve));
      const stop = new AbortController();
      const scan = await camera.scan({ signal: stop.signal });
      await started;
      await scan.send.speed(index);
      if (way === "abort") {
        stop.abort("enough");
        const error: unknown = await assertRejects(() => scan.response());
        assertEquals(error, "enough");
      } else {
        // By hand the response can be waited for.
        await scan.send.stop();
        assertEquals(await scan.response(), "stopped");
      }
      await answered[index]!.promise;
    }
    assertEquals(told, ["speed", "stop", "speed", "stop"]);
    // The late response was dropped without a word.
    assertEquals(await camera.name(), "left");
    assertEquals(errors, []);
  },
);

conformance(
  "a native peer gets the update that is declared, and a peer of ours the cancel",
  async (scene) => {
    for (
      const [interface_, id] of [
        [PlainCamera, 7],
        [Camera, reservedId.CANCEL],
      ] as const
    ) {
      const [peer, raw] = await scene.raw();
      const scan = await interface_.client(peer).scan();
      assertEquals((await raw.recvPlain())?.slice(0, 3), [Request, 0, 3]);
      scan[Symbol.dispose]();
      const body = id === 7 ? "null" : "";
      assertEquals(await raw.recvPlain(), [RequesterUpdate, 0, id, body]);
      await raw.send(Response, 0, 3, '"late"');
    }
  },
);

conformance(
  "without extensions and without such an update nothing is sent",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const camera = PlainCamera.client(peer);
    const recording = await camera.record();
    assertEquals((await raw.recvPlain())?.slice(0, 3), [Request, 0, 2]);
    recording[Symbol.dispose]();
    const call = camera.name();
    assertEquals((await raw.recvPlain())?.slice(0, 3), [Request, 1, 1]);
    await raw.send(Response, 1, 1, '"left"');
    assertEquals(await call, "left");
  },
);

conformance(
  "extensions of the connection do for an interface that says nothing",
  async (scene) => {
    const [peer, raw] = await scene.raw({ extensions: true });
    const recording = await PlainCamera.client(peer).record();
    await raw.recv();
    recording[Symbol.dispose]();
    const { CANCEL } = reservedId;
    assertEquals(await raw.recvPlain(), [RequesterUpdate, 0, CANCEL, ""]);
  },
);

conformance(
  "a loop over messages has the signal of each request",
  async (scene) => {
    for (const interface_ of [Camera, PlainCamera]) {
      const [client, server] = await scene.pair();
      const scan = await interface_.client(client).scan();
      const message = await interface_.messages(server).recvMessage();
      assert(message?.kind === "request");
      const { signal } = message.request;
      assertEquals(await isPending(fired(signal)), true);
      scan[Symbol.dispose]();
      assert(await fired(signal) instanceof RpcError);
      // With extensions it has been answered; else that is left to the loop.
      assertEquals(message.request.closed, interface_ === Camera);
    }
  },
);

conformance(
  "the other side's answer to a cancel that crosses it is canceled",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const call = Camera.client(peer).name();
    const rejected = rejectsWith("remote-error", () => call);
    await raw.recv();
    await raw.send(Response, 0, -1, "canceled: by the operator");
    const error = await rejected;
    assertEquals([error.reason, error.outcome], ["canceled", "unknown"]);
  },
);
