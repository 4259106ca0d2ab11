/** Invalid messages: loops, `onInvalid`, and what is refused before it is sent. */
import { assert, assertEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { Camera, handlers } from "../support/camera.ts";
import { serving, told } from "./support.ts";
import { consoleErrors } from "../../support/console_errors.ts";

conformance(
  "a loop over messages reports what is invalid and goes on",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    const looping = (async () => {
      const names: string[] = [];
      for await (const message of Camera.messages(server)) {
        names.push(message.name);
        if (message.name === "name") await message.request.sendResponse("loop");
        if (message.name === "tick") break;
      }
      return names;
    })();
    await rejectsWith("remote-error", () => client.call(99, ""));
    await rejectsWith("remote-error", () => client.call(2, "{"));
    await client.sendStream(99, "");
    await client.sendStream(1, "x");
    assertEquals(await Camera.client(client).name(), "loop");
    await client.sendStream(2, "null");
    assertEquals(await looping, ["name", "tick"]);
    assertEquals(errors.map((error) => told(error)[1]), [99, 2, 99, 1]);
  },
);

conformance(
  "recvMessage throws what is invalid once it is answered",
  async (scene) => {
    const [client, server] = await scene.pair();
    const messages = Camera.messages(server);
    const calls = [client.call(99, ""), client.call(2, "{")].map((call) =>
      rejectsWith("remote-error", () => call)
    );
    await rejectsWith("unexpected-service-id", () => messages.recvMessage());
    await rejectsWith("decode-failed", () => messages.recvMessage());
    await Promise.all(calls);
    await client.close();
    assertEquals(await messages.recvMessage(), null);
  },
);

conformance(
  "onInvalid may answer in another way, and is told in the place of onError",
  async (scene) => {
    const seen: unknown[] = [];
    const [client, errors] = await serving(scene, {
      async onInvalid(error, request) {
        seen.push([...told(error), request?.requestId]);
        if (error.code === "decode-failed" || request === null) return;
        // It can take its time.
        await scene.pace(2);
        await request.sendResponse(
          error.received.header.serviceId,
          "taken over",
        );
      },
    });
    assertEquals((await client.call(99, "a")).text(), "taken over");
    const error = await rejectsWith("remote-error", () => client.call(2, "{"));
    assert(
      error.message.startsWith(
        "The body of the request record of Camera is invalid",
      ),
    );
    await client.sendStream(99, "b");
    assertEquals((await client.call(1, "null")).json(), "camera");
    assertEquals(seen, [
      ["unexpected-service-id", 99, 0, "a", 0],
      ["decode-failed", 2, 0, "{", 1],
      ["unexpected-service-id", 99, 4, "b", undefined],
    ]);
    assertEquals(errors, []);
  },
);

conformance("onInvalid may have an update skipped", async (scene) => {
  const [client, server] = await scene.pair();
  Camera.serve(server, {
    ...handlers,
    record: async (_body, request) => {
      for await (const update of request.updates()) return update.name;
      return "none";
    },
  }, { onInvalid: () => true });
  const request = await client.sendRequest(2, '{"frames":1}');
  await request.sendUpdate(99, "null");
  await request.sendUpdate(1, "null");
  assertEquals((await request.recvResponse()).text(), "cancel");
});

conformance("an onInvalid that throws ends nothing", async (scene) => {
  const thrown = new Error("oops");
  const printed = await consoleErrors(async () => {
    const [client] = await serving(scene, {
      onInvalid() {
        throw thrown;
      },
    });
    await rejectsWith("remote-error", () => client.call(99, ""));
    assertEquals((await client.call(1, "null")).json(), "camera");
  });
  assertEquals(printed, [[thrown]]);
});

conformance(
  "what can't be encoded is refused before anything is sent",
  async (scene) => {
    const [client, server] = await scene.pair();
    const camera = Camera.client(client);
    const circular: { frames: number; self?: unknown } = { frames: 1 };
    circular.self = circular;
    for (
      const send of [
        () => camera.record(circular),
        () => camera.record(undefined as never),
        () => camera.temperature(1n as never),
      ]
    ) {
      const error = await rejectsWith("encode-failed", send);
      assertEquals([error.fatal, error.side], [false, "local"]);
      assert(error.cause instanceof Error);
    }
    assertEquals(client.stats().messagesSent, 0);
    assertEquals(client.stats().openSentRequests, 0);
    Camera.serve(server, handlers);
    assertEquals(await camera.name(), "camera");
  },
);

conformance(
  "a body over the limit of the peer fails and leaves the request open",
  async (scene) => {
    const [client, server] = await scene.pair({ right: { onError: () => {} } });
    const camera = Camera.client(client);
    Camera.serve(server, { ...handlers, name: () => "x".repeat(10_000) });
    await rejectsWith(
      "payload-too-large",
      () => camera.record({ frames: 1, text: "x".repeat(10_000) } as never),
    );
    const error = await rejectsWith("remote-error", () => camera.name());
    assert(error.message.includes("8192"));
  },
);
