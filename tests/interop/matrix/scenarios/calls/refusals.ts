import { assertEquals } from "@std/assert";
import { body, defineInterface } from "../../../../../interface/mod.ts";
import { reservedId } from "../../../../../protocol/service_id.ts";
import { fired } from "../../../../support/expect.ts";
import type { Program } from "../../../support/program.ts";
import type { Scenario } from "../../scenario.ts";
import { ENDED, type Scene } from "../../scene.ts";
import { turnsUntil } from "../../turns_until.ts";

const THROW = 1, SAY = 2, DROP = 3, WAIT = 4, NO_SUCH_SERVICE = 99;

/** Has a native client ask for a service; gives what it prints for the response. */
async function ask(
  native: Program,
  service: number,
  text: string,
): Promise<string | undefined> {
  await native.say(`request ${service} ${text}`);
  const id = /^sent (\d+)$/.exec((await native.line()) ?? "")?.[1];
  const line = await native.line();
  return line?.startsWith(`${id} `) ? line.slice(id!.length + 1) : line;
}

/** Handlers that fail, and requests that no handler gets. */
async function raw(scene: Scene): Promise<void> {
  const [peer, native] = await scene.fromNative("told", {
    maxOpenReceivedRequests: 1,
    onError: () => {},
  });
  const serving = peer.serve({
    [THROW]: (_request, body) => {
      throw new Error(body.text());
    },
    [SAY]: (request, body) => request.sendErrorResponse(body.text()),
    [DROP]: (request) => request[Symbol.dispose](),
    [WAIT]: async (_request, _body, { signal }) => {
      await fired(signal);
    },
  });
  const { PING } = reservedId;
  for (
    const [service, text, response] of [
      [THROW, "no film", "error: no film"],
      [THROW, "film: none", "error: failed: film: none"],
      [THROW, "unavailable: none", "error: failed: unavailable: none"],
      [SAY, "film: none", "error: film: none"],
      [
        DROP,
        "",
        "error: failed: The request was dropped without an answer",
      ],
      [
        NO_SUCH_SERVICE,
        "",
        "error: unknown-service: there is no service 99",
      ],
      // Nobody uses ids like these, but for peers of this library.
      [PING, "hello", `response ${PING}: hello`],
      [
        PING + 15,
        "",
        `error: unknown-service: there is no service ${PING + 15}`,
      ],
    ] as const
  ) assertEquals(await ask(native, service, text), response);

  await native.say(`request ${WAIT}`);
  assertEquals(await native.line(), "sent 8");
  assertEquals(
    await ask(native, SAY, ""),
    "error: limit-exceeded: 1 requests are open, which is maxOpenReceivedRequests",
  );
  await peer.close();
  await serving;
  assertEquals(await native.end(), [[
    "8 error: failed: The connection was closed",
    ENDED,
    "done",
  ], 0]);
  assertEquals(await peer.closed, null);
}

/** Requests that wait for somebody who never comes. */
async function untaken(scene: Scene): Promise<void> {
  const [peer, native] = await scene.fromNative("told");
  await native.say(`request ${SAY} waits`);
  assertEquals(await native.line(), "sent 0");
  await turnsUntil(() => peer.stats().inboxMessages === 1);
  const [reader, writer] = peer.split();
  reader[Symbol.dispose]();
  assertEquals(
    await native.line(),
    "0 error: unavailable: The request was dropped without an answer",
  );
  assertEquals(
    await ask(native, THROW, "late"),
    "error: unavailable: Nobody takes requests here (service 1)",
  );
  writer[Symbol.dispose]();
  await writer.closed;
  assertEquals(await native.end(), [[ENDED, "done"], 0]);
}

const Camera = defineInterface({
  name: "Camera",
  services: {
    record: { id: 1, request: body<{ images: number }>() },
    watch: { id: 2, endless: true, responseUpdates: { seen: { id: 1 } } },
  },
  errors: { busy: { body: body<{ until: number }>() } },
});

/** What a typed server says. */
async function typed(scene: Scene): Promise<void> {
  const [peer, native] = await scene.fromNative("told", { onError: () => {} });
  const serving = Camera.serve(peer, {
    record: () => {
      throw new Camera.errors.busy({ until: 12 }, "come back");
    },
    watch: async (_nothing, { signal }) => {
      await fired(signal);
    },
  });
  assertEquals(
    await ask(native, 1, `{"images":1}`),
    `error: busy: come back\\n{"until":12}`,
  );
  const invalid = await ask(native, 1, "{");
  const text =
    "error: invalid-request: The body of the request record of Camera is invalid: ";
  assertEquals(invalid?.slice(0, text.length), text);
  await native.say("request 2 null");
  assertEquals(await native.line(), "sent 2");
  await turnsUntil(() => peer.stats().openReceivedRequests === 1);
  const drained = peer.drain();
  assertEquals(
    await native.line(),
    "2 error: canceled: The connection is draining, and the request would not end by itself",
  );
  await Promise.all([drained, serving]);
  assertEquals(await native.end(), [[ENDED, "done"], 0]);
}

export const refusals: Scenario = {
  name: "a native client reads why it is refused",

  async fromNative(scene, t) {
    for (const check of [raw, untaken, typed]) {
      await t.step(check.name, () => check(scene));
    }
  },
};
