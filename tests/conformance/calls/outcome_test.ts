/** What an error says of the request that failed: its reason, and its outcome. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { MessageType, RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, rejectsWith } from "../../support/expect.ts";
import { until } from "../../support/stats.ts";

const { Response } = MessageType;

/** An error text, and what is read of it: from a peer that may be native, and from one of ours. */
const TEXTS: readonly (readonly [
  text: string,
  native: readonly [reason: string | null, message: string, outcome: string],
  ours: readonly [reason: string | null, message: string, outcome: string],
])[] = [
  [
    "unavailable: closing",
    ["unavailable", "closing", "unknown"],
    ["unavailable", "closing", "refused"],
  ],
  [
    "failed: no frame",
    ["failed", "no frame", "unknown"],
    ["failed", "no frame", "unknown"],
  ],
  [
    "canceled: enough",
    ["canceled", "enough", "unknown"],
    ["canceled", "enough", "unknown"],
  ],
  [
    "busy: until 12",
    [null, "busy: until 12", "unknown"],
    ["busy", "until 12", "unknown"],
  ],
  [
    "out of film",
    [null, "out of film", "unknown"],
    ["failed", "out of film", "unknown"],
  ],
  ["", [null, "", "unknown"], ["failed", "", "unknown"]],
];

for (const [text, native, ours] of TEXTS) {
  conformance(`the reason of "${text}"`, async (scene) => {
    const [peer, raw] = await scene.raw();
    for (
      const [extensions, expected] of [[false, native], [true, ours]] as const
    ) {
      const calling = rejectsWith(
        "remote-error",
        () => peer.call(1, "", { extensions }),
      );
      const { header } = (await raw.recv())!;
      await raw.send(Response, header.requestId, -1, text);
      const error = await calling;
      const { reason, message, outcome } = error;
      assertEquals<readonly unknown[]>([reason, message, outcome], expected);
      assertEquals(error.responseText, text);
    }
  });
}

conformance(
  "what a handler throws has no other reason than failed",
  async (scene) => {
    const [client, server] = await scene.pair({
      extensions: true,
      right: { onError: () => {} },
    });
    const thrown = [
      new Error("unavailable: not really"),
      new Error("cam: no frame\nat all"),
      new Error("no frame"),
      new RpcError("remote-error", "passed on", { reason: "unavailable" }),
    ];
    server.serve({
      1: (_request, body) => {
        throw thrown[Number(body.text())];
      },
    });
    const read: unknown[] = [];
    for (const i of thrown.keys()) {
      const error = await rejectsWith(
        "remote-error",
        () => client.call(1, `${i}`),
      );
      read.push([error.reason, error.message, error.outcome]);
    }
    assertEquals(read, [
      ["failed", "unavailable: not really", "unknown"],
      ["failed", "cam: no frame at all", "unknown"],
      ["failed", "no frame", "unknown"],
      ["failed", "passed on", "unknown"],
    ]);
  },
);

conformance(
  "refusals of the library say that the work never began",
  async (scene) => {
    const [client, server] = await scene.pair({
      extensions: true,
      right: { maxOpenReceivedRequests: 1 },
    });
    const first = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    const full = await rejectsWith("remote-error", () => client.call(1, ""));
    assertEquals([full.reason, full.outcome], ["limit-exceeded", "refused"]);
    await request.sendResponse(1, "");
    await first.recvResponse();
    const serving = server.serve({});
    const unknown = await rejectsWith("remote-error", () => client.call(1, ""));
    assertEquals(
      [unknown.reason, unknown.outcome],
      ["unknown-service", "refused"],
    );
    await client.close();
    await serving;
  },
);

conformance(
  "a request is answered at the end by whether it was handed over",
  async (scene) => {
    const [client, server] = await scene.pair({ extensions: true });
    const texts = [1, 2].map(() =>
      rejectsWith("remote-error", () => client.call(1, ""))
    );
    await nextRequest(server);
    await until(scene, server, (stats) => stats.openReceivedRequests === 2);
    await server.close();
    const errors = await Promise.all(texts);
    assertEquals(
      errors.map(({ reason, outcome }) => [reason, outcome]),
      [["failed", "unknown"], ["unavailable", "refused"]],
    );
  },
);

conformance("a request that never left was not sent", async (scene) => {
  const [peer, raw] = await scene.raw({ maxOpenSentRequests: 1 });
  const sent = peer.call(1, "").catch((error) => error);
  await raw.recv();
  const waiting = peer.call(2, "").catch((error) => error);
  await raw.close();
  const closed = await peer.closed;
  const late = await peer.call(3, "").catch((error) => error);
  assertEquals(
    [await sent, await waiting, late].map((error) => error.outcome),
    ["unknown", "not-sent", "not-sent"],
  );
  assertEquals((await sent).code, closed?.code);
  assertStrictEquals(await waiting, late);
  await peer.close();
});

conformance("a request over a limit was not sent", async (scene) => {
  const [peer] = await scene.pair({ maxBodyLenWrite: 10 });
  const error = await rejectsWith(
    "payload-too-large",
    () => peer.call(1, "x".repeat(11)),
  );
  assertEquals([error.outcome, error.limit, error.actual], [
    "not-sent",
    10,
    11,
  ]);
});

conformance(
  "of a response that this side had to drop, the request has run",
  async (scene) => {
    const [client, server] = await scene.pair({
      extensions: true,
      maxBodyLenRead: 100,
      maxBodyLenWrite: 1000,
    });
    server.serve({ 1: () => new Uint8Array(101) });
    const error = await rejectsWith(
      "payload-too-large",
      () => client.call(1, ""),
    );
    assertEquals([error.outcome, error.side], ["unknown", "remote"]);
  },
  ({ longBodyIsFatal }) => !longBodyIsFatal,
);

conformance(
  "of a request that the other side had to drop, it says that it never began",
  async (scene) => {
    const [client] = await scene.pair({
      extensions: true,
      maxBodyLenRead: 100,
      maxBodyLenWrite: 1000,
    });
    const error = await rejectsWith(
      "remote-error",
      () => client.call(1, new Uint8Array(101)),
    );
    assertEquals([error.reason, error.outcome], ["limit-exceeded", "refused"]);
  },
  ({ longBodyIsFatal }) => !longBodyIsFatal,
);

conformance(
  "of a response over the server's limit, the request has run",
  async (scene) => {
    const [client, server] = await scene.pair({
      extensions: true,
      maxBodyLenWrite: 300,
      right: { onError() {} },
    });
    server.serve({ 1: () => new Uint8Array(301) });
    const error = await rejectsWith("remote-error", () => client.call(1, ""));
    assertEquals([error.reason, error.outcome], ["failed", "unknown"]);
  },
);
