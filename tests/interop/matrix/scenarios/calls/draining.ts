import { assert, assertEquals } from "@std/assert";
import { fired } from "../../../../support/expect.ts";
import { untilRefused } from "../../../../support/refused.ts";
import type { TestPeer } from "../../../../support/scene.ts";
import {
  CALL_BACK,
  COUNTED,
  ECHO,
  HOLD,
  RELEASE,
  STOP,
} from "../../../support/services.ts";
import type { Scenario } from "../../scenario.ts";
import { ENDED, type Scene } from "../../scene.ts";

function refused(service: number): string {
  return `unavailable: The connection takes no new requests: it is draining (service ${service})`;
}

/** Has a native client connect, which has to fail one way or another. */
async function connectLate(scene: Scene): Promise<never> {
  const [[said], code] = await scene.nativeClient("told").end();
  if (code === 1 && said?.startsWith("failed: ")) {
    throw new Deno.errors.ConnectionRefused(said);
  }
  throw new Error(`It ends with ${code}, and says ${said}`);
}

/** Shuts a listener down while a native client has a request open, and another one none. */
async function finish(scene: Scene): Promise<void> {
  const begun = Promise.withResolvers<TestPeer>();
  const listener = await scene.listen();
  const running = listener.run((peer) =>
    peer.serve({
      [HOLD]: async (request, body, { draining }) => {
        begun.resolve(peer);
        await fired(draining);
        const stop = await request.recvUpdate();
        await request.sendUpdate(COUNTED, stop!.body);
        // Its own calls go on until the last request is answered.
        const echo = await peer.call(ECHO, body);
        return `${echo.text()} was held`;
      },
    })
  );
  const idle = scene.nativeClient("told");
  await idle.say(`request ${ECHO}`);
  assertEquals(await idle.take(2), [
    "sent 0",
    `0 error: unknown-service: there is no service ${ECHO}`,
  ]);
  const native = scene.nativeClient("told");
  await native.say(`request ${HOLD} work`);
  assertEquals(await native.line(), "sent 0");
  const peer = await begun.promise;
  const down = listener.shutdown();
  assertEquals(await idle.end(), [[ENDED, "done"], 0]);
  await untilRefused(() => connectLate(scene));
  await native.say(`request ${HOLD} more`);
  assertEquals(await native.take(2), ["sent 1", `1 error: ${refused(HOLD)}`]);
  await native.say(`update 0 ${STOP} enough`);
  assertEquals(await native.end(), [[
    `0 update ${COUNTED}: enough`,
    `0 response ${HOLD}: work was held`,
    ENDED,
    "done",
  ], 0]);
  await Promise.all([down, running]);
  assertEquals(await peer.closed, null);
  const { openReceivedRequests, refusedRequests, errors } = peer.stats();
  assertEquals([openReceivedRequests, refusedRequests, errors], [0, 1, 0]);
}

/** The same with a request that doesn't end within the grace. */
async function cut(scene: Scene): Promise<void> {
  const begun = Promise.withResolvers<AbortSignal>();
  const listener = await scene.listen();
  const running = listener.run((peer) =>
    peer.serve({
      [HOLD]: async (_request, _body, { signal }) => {
        begun.resolve(signal);
        await fired(signal);
      },
    })
  );
  const native = scene.nativeClient("told");
  await native.say(`request ${HOLD} work`);
  assertEquals(await native.line(), "sent 0");
  const signal = await begun.promise;
  await listener.shutdown({ grace: 0 });
  await running;
  assert(signal.aborted);
  assertEquals(await native.end(), [[
    "0 error: failed: The connection was closed",
    ENDED,
    "done",
  ], 0]);
}

/** Drains one connection. */
async function one(scene: Scene): Promise<void> {
  const [peer, native] = await scene.fromNative("told");
  const finish = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const serving = peer.serve({
    [HOLD]: async (_request, body) => {
      begun.resolve();
      await finish.promise;
      return body;
    },
  });
  await native.say(`request ${HOLD} work`);
  assertEquals(await native.line(), "sent 0");
  await begun.promise;
  const drained = peer.drain();
  await native.say(`request ${ECHO} more`);
  assertEquals(await native.take(2), ["sent 1", `1 error: ${refused(ECHO)}`]);
  finish.resolve();
  await Promise.all([drained, serving]);
  assertEquals(await native.end(), [[
    `0 response ${HOLD}: work`,
    ENDED,
    "done",
  ], 0]);
  assertEquals(await peer.closed, null);
}

export const draining: Scenario = {
  name: "draining finishes what is open, and refuses what is new",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    const held = await peer.sendRequest(HOLD, "work");
    await peer.call(ECHO, "");
    const drained = peer.drain();
    // The native side asks this one then, and passes on what that is answered with.
    const asked = await peer.call(CALL_BACK, "hello");
    assertEquals(asked.text(), `you said: ${refused(ECHO)}`);
    assertEquals((await peer.call(RELEASE, "")).text(), "released");
    assertEquals((await held.recvResponse()).text(), "work was held");
    await drained;
    assertEquals(await peer.closed, null);
    assertEquals(peer.stats().openSentRequests, 0);
    assertEquals(await native.line(), ENDED);
    const next = await scene.connect(native);
    assertEquals((await next.call(ECHO, "go on")).text(), "go on");
    await scene.endToNative(next, native);
  },

  async fromNative(scene, t) {
    for (const check of [finish, cut, one]) {
      await t.step(check.name, () => check(scene));
    }
  },
};
