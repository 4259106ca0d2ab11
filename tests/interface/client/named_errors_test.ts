/** The errors of typed calls say what was called. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, rejectsWith } from "../../support/expect.ts";
import { Camera } from "../support/camera.ts";

conformance(
  "the error of an error response has its text, and says what was called",
  async (scene) => {
    const [client, server] = await scene.pair({
      right: { onError: () => {} },
    });
    server.serve({
      1: () => {
        throw new Error("no name");
      },
      2: () => {
        throw new Error("no film");
      },
    });
    const camera = Camera.client(client);
    const first = await rejectsWith("remote-error", () => camera.name());
    assertEquals([first.message, first.service], [
      "Camera.name: no name",
      "Camera.name",
    ]);
    assertEquals([first.side, first.serviceId], ["remote", 1]);
    assertEquals([first.reason, first.outcome], [null, "unknown"]);
    assertEquals(first.responseText, "no name");
    assert(first.cause instanceof RpcError);
    assertEquals(first.cause.message, "no name");
    const recording = await camera.record({ frames: 1 });
    const second = await rejectsWith(
      "remote-error",
      () => recording.response(),
    );
    assertEquals([second.message, second.service], [
      "Camera.record: no film",
      "Camera.record",
    ]);
    assertEquals(second.requestId, recording.requestId);
  },
);

conformance("a lost connection says which calls it ended", async (scene) => {
  const [client, server] = await scene.pair();
  const camera = Camera.client(client);
  const asked = camera.record({ frames: 1 });
  await nextRequest(server);
  const recording = await asked;
  const calls = [
    [camera.name(), "Camera.name"],
    [recording.response(), "Camera.record"],
    [recording.updates().next(), "Camera.record"],
  ] as const;
  const failures = calls.map(([call]) => assertRejects(() => call, RpcError));
  await client.close();
  for (const [index, failure] of failures.entries()) {
    const error = await failure;
    const name = calls[index]![1];
    assertEquals([error.code, error.fatal], ["connection-closed", true]);
    assertEquals(error.service, name);
    assert(error.cause instanceof RpcError);
    assertEquals(error.message, `${name}: ${error.cause.message}`);
  }
  for (
    const [call, name] of [
      [() => camera.name(), "Camera.name"],
      [() => camera.temperature(1), "Camera.temperature"],
      [() => camera.record({ frames: 1 }), "Camera.record"],
      [() => recording.send.cancel(), "Camera.record"],
    ] as const
  ) {
    const error = await rejectsWith("connection-closed", call);
    assert(error.message.startsWith(`${name}: `), error.message);
  }
});

conformance("a body over the limit says of which call", async (scene) => {
  const [client, server] = await scene.pair();
  const camera = Camera.client(client);
  const large = "x".repeat(20_000) as never;
  const error = await rejectsWith(
    "payload-too-large",
    () => camera.temperature(large),
  );
  assert(error.message.startsWith("Camera.temperature: "), error.message);
  assertEquals(error.limit, 8192);
  await server.close();
});

conformance(
  "values that don't encode or decode name both too",
  async (scene) => {
    const [client, server] = await scene.pair();
    const camera = Camera.client(client);
    const unsent = await rejectsWith(
      "encode-failed",
      () => camera.record(1n as never),
    );
    const asked = camera.name();
    const { request } = await nextRequest(server);
    await request.sendResponse(1, "{");
    const unread = await rejectsWith("decode-failed", () => asked);
    for (
      const [{ message }, what] of [
        [unsent, "the request record of Camera"],
        [unread, "the response to name of Camera"],
      ] as const
    ) assert(message.includes(what), message);
  },
);

conformance("the reason of a signal stays what it is", async (scene) => {
  const [client, server] = await scene.pair();
  const camera = Camera.client(client);
  const reason = new RpcError("limit-exceeded", "too late");
  const stop = new AbortController();
  const calls = [camera.name({ signal: stop.signal })];
  await nextRequest(server);
  const failures = calls.map((call) => assertRejects(() => call));
  stop.abort(reason);
  for (const failure of failures) assert(await failure === reason);
  const late = await assertRejects(() => camera.tick({ signal: stop.signal }));
  assert(late === reason);
});
