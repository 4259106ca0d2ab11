import { assert, assertEquals, assertRejects } from "@std/assert";
import { bytes, defineInterface } from "../../../../interface/mod.ts";
import { raw } from "../../../../interface/formats/raw.ts";
import { immediate } from "../../../../internal/event_loop.ts";
import { rejectsWith } from "../../../support/expect.ts";
import type { TestPeer } from "../../../support/scene.ts";
import {
  ECHO,
  FAIL,
  JOB,
  RUNNING,
  STOP,
  TALK,
  talk,
} from "../../support/services.ts";
import { ENDED } from "../scene.ts";
import type { Scenario } from "../scenario.ts";

const STOPS = { onAbort: { serviceId: STOP, body: "enough" } };

/** The job of the native side, as somebody would declare it who can't change it. */
const Jobs = defineInterface({
  name: "Jobs",
  format: raw,
  services: {
    job: {
      id: JOB,
      endless: true,
      request: bytes,
      response: bytes,
      requestUpdates: { stop: { id: STOP, cancels: true } },
      responseUpdates: { running: { id: RUNNING, body: bytes } },
    },
  },
});

const GO = new TextEncoder().encode("go");

/** Waits until the late responses to what was cancelled have come. */
async function allAnswered(peer: TestPeer): Promise<void> {
  while (peer.stats().openSentRequests > 0) await peer.call(ECHO, "");
}

/** All of it without extensions, as the native side knows none. */
export const cancels: Scenario = {
  name:
    "an update that both sides know cancels, and so does the end of the time",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    const stop = new AbortController();
    const { signal } = stop;
    const aborted = peer.call(JOB, "go", { signal, ...STOPS });
    assertEquals(await native.line(), "job: open");
    stop.abort(new Error("enough"));
    await assertRejects(() => aborted, Error, "enough");
    assertEquals(await native.line(), `job: update ${STOP}`);

    const late = await rejectsWith(
      "deadline-exceeded",
      () => peer.call(JOB, "go", { timeout: 50, ...STOPS }),
    );
    assertEquals([late.side, late.outcome], ["local", "unknown"]);
    assertEquals(await native.take(2), ["job: open", `job: update ${STOP}`]);

    {
      using _job = await Jobs.client(peer).job(GO);
      assertEquals(await native.line(), "job: open");
    }
    assertEquals(await native.line(), `job: update ${STOP}`);
    await allAnswered(peer);

    // What a native side says is taken for no promise.
    for (
      const [text, reason] of [
        ["unavailable: closed", "unavailable"],
        ["busy: until 12", null],
      ] as const
    ) {
      const error = await rejectsWith(
        "remote-error",
        () => peer.call(FAIL, text),
      );
      assertEquals([error.reason, error.outcome], [reason, "unknown"]);
    }
    const metadata = { user: "x" };
    await assertRejects(
      () => peer.call(ECHO, "", { metadata }),
      TypeError,
      "extensions",
    );
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    const [peer, native] = await scene.fromNative("ask:talk");
    await peer.serve({
      [TALK]: async (request) => {
        const { signal } = request;
        assert(!signal.aborted);
        const count = await talk(request);
        // It has fired, is delivered, and the handler answers.
        return `${count} ${signal.aborted} ${signal.reason.reason}`;
      },
    }, { cancel: STOP });
    const [lines, code] = await native.end();
    assertEquals(lines.slice(-3), [
      `response ${TALK}: 5 true canceled`,
      "done",
      ENDED,
    ]);
    assertEquals(code, 0);
  },
};

export const draining: Scenario = {
  name: "a drain finishes what is open, and cancels what has no end",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    const job = await peer.sendRequest(JOB, "quiet");
    assertEquals(await native.line(), "job: open");
    const drained = peer.drain({ grace: 30_000 });
    // Own sends go on until the last open request is done.
    await job.sendUpdate(STOP, "enough");
    assertEquals((await job.recvResponse()).text(), "stopped: enough");
    await drained;
    assertEquals(await native.take(2), [`job: update ${STOP}`, ENDED]);
  },

  async fromNative(scene) {
    const [peer, native] = await scene.fromNative("ask:job:go");
    const begun = Promise.withResolvers<void>();
    const serving = Jobs.serve(peer, {
      async *job(body, { signal }) {
        yield { name: "running", body };
        begun.resolve();
        await new Promise((resolve) =>
          signal.addEventListener("abort", resolve)
        );
        return body;
      },
    });
    await begun.promise;
    await peer.drain({ grace: 30_000 });
    await serving;
    const [lines, code] = await native.end();
    // The end of the connection is said by a task of its own, at any time.
    const [update, response] = lines.filter((line) => line !== ENDED);
    assertEquals(update, `update ${RUNNING}: go`);
    assert(response?.startsWith("error: canceled: "), response);
    assertEquals(code, 0);
  },
};

/** On, against the advice of the docs. */
export const heartbeats: Scenario = {
  name:
    "a ping is a request for an unknown service, and only an answer is a sign of life",

  async toNative(scene) {
    // One that answers unknown services with an error.
    const native = await scene.nativeServer();
    const heartbeat = { interval: 20, timeout: 60_000 };
    const peer = await scene.connect(native, { heartbeat });
    const { message } = await rejectsWith("remote-error", () => peer.ping());
    assertEquals(message, "no such service");
    while (peer.stats().messagesReceived < 5) await immediate();
    assertEquals((await peer.call(ECHO, "go on")).text(), "go on");
    await scene.endToNative(peer, native);

    // One that never does.
    const mute = await scene.nativeServer("mute-serve");
    const cut = await scene.connect(mute, {
      heartbeat: { interval: 20, timeout: 20 },
    });
    const call = cut.call(ECHO, "").catch((error) => error);
    const error = await cut.closed;
    assert(error?.code === "connection-aborted", `${error}`);
    assert(error.message.includes("no sign of life"), error.message);
    assertEquals((await call).code, "connection-aborted");
  },
};
