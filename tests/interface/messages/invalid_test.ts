/** Messages that an interface doesn't know, or whose body is invalid. */
import { assert, assertEquals } from "@std/assert";
import { defineInterface } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { Camera, handlers } from "../support/camera.ts";
import { serving, told } from "./support.ts";

conformance(
  "an unknown service gets an error response and is reported",
  async (scene) => {
    const [client, errors] = await serving(scene);
    const error = await rejectsWith(
      "remote-error",
      () => client.call(99, "what?"),
    );
    assertEquals(error.message, "There is no service with the id 99");
    assertEquals(error.reason, "unknown-service");
    assertEquals(errors.map(told), [["unexpected-service-id", 99, 0, "what?"]]);
    assertEquals((await client.call(1, "null")).json(), "camera");
  },
);

conformance(
  "bodies that don't decode get an error response and are reported",
  async (scene) => {
    const [client, errors] = await serving(scene);
    const bodies = ["", "{", "nul", '{"frames":1} x', "\ufeff{", [0xff, 0x22]];
    for (const body of bodies) {
      const bytes = typeof body === "string" ? body : new Uint8Array(body);
      const error = await rejectsWith(
        "remote-error",
        () => client.call(2, bytes),
      );
      assert(
        error.message.startsWith(
          "The body of the request record of Camera is invalid: ",
        ),
      );
    }
    assertEquals(errors.length, bodies.length);
    for (const error of errors) {
      assertEquals(told(error).slice(0, 3), ["decode-failed", 2, 0]);
    }
    assertEquals((await client.call(1, "null")).json(), "camera");
  },
);

conformance(
  "a body where there should be none is refused, an empty one isn't",
  async (scene) => {
    const [client, errors] = await serving(scene);
    for (const body of ["null", " null ", ""]) {
      assertEquals((await client.call(1, body)).json(), "camera");
    }
    for (const body of ["0", "{}", "false", '""']) {
      await rejectsWith("remote-error", () => client.call(1, body));
    }
    assertEquals(errors.map(told), [
      ["decode-failed", 1, 0, "0"],
      ["decode-failed", 1, 0, "{}"],
      ["decode-failed", 1, 0, "false"],
      ["decode-failed", 1, 0, '""'],
    ]);
  },
);

conformance(
  "an invalid update ends its request with an error response",
  async (scene) => {
    for (
      const [id, body, code] of [
        [7, "null", "unexpected-service-id"],
        [2, "{", "decode-failed"],
        [1, "5", "decode-failed"],
      ] as const
    ) {
      const errors: unknown[] = [];
      const [client, server] = await scene.pair({
        right: { onError: (error) => errors.push(error) },
      });
      const ended = Promise.withResolvers<boolean>();
      Camera.serve(server, {
        ...handlers,
        record: async (_body, request) => {
          const updates = await Array.fromAsync(request.updates());
          ended.resolve(updates.length === 0);
          return "too late";
        },
      });
      const request = await client.sendRequest(2, '{"frames":1}');
      await request.sendUpdate(id, body);
      const response = await request.recvResponse();
      assert(response.isError);
      assert(response.text().includes("request update"), response.text());
      assert(await ended.promise);
      assertEquals(errors.map(told), [[code, id, 2, body]]);
      assertEquals((await client.call(1, "null")).json(), "camera");
    }
  },
);

conformance(
  "invalid updates of a response are reported and skipped",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      left: { onError: (error) => errors.push(error) },
    });
    server.serve({
      2: async (request) => {
        await request.sendUpdate(99, "?");
        await request.sendUpdate(1, "{");
        await request.sendUpdate(1, '{"frame":1,"frames":1}');
        return "done";
      },
    });
    const recording = await Camera.client(client).record({ frames: 1 });
    const updates = await Array.fromAsync(recording.updates());
    assertEquals(updates, [{ name: "state", body: { frame: 1, frames: 1 } }]);
    assertEquals(new TextDecoder().decode(await recording.response()), "done");
    assertEquals(errors.map(told), [
      ["unexpected-service-id", 99, 3, "?"],
      ["decode-failed", 1, 3, "{"],
    ]);
  },
);

conformance(
  "an invalid response is decode-failed, with the message as it came",
  async (scene) => {
    const [client, server] = await scene.pair();
    server.serve({ 1: () => "{", [-2]: () => "5" });
    const camera = Camera.client(client);
    for (
      const [call, id, body] of [
        [() => camera.name(), 1, "{"],
        [() => camera.reset(), -2, "5"],
      ] as const
    ) {
      const error = await rejectsWith("decode-failed", call);
      assertEquals(told(error), ["decode-failed", id, 1, body]);
    }
  },
);

conformance(
  "unknown and invalid stream messages are reported and skipped",
  async (scene) => {
    const [client, errors] = await serving(scene);
    await client.sendStream(99, "?");
    await client.sendStream(1, "{");
    await client.sendStream(2, "1");
    assertEquals((await client.call(1, "null")).json(), "camera");
    assertEquals(errors.map(told), [
      ["unexpected-service-id", 99, 4, "?"],
      ["decode-failed", 1, 4, "{"],
      ["decode-failed", 2, 4, "1"],
    ]);
  },
);

conformance(
  "an update for a service that has none ends its request too",
  async (scene) => {
    for (const late of ["promise", "generator"] as const) {
      const errors: unknown[] = [];
      const [client, server] = await scene.pair({
        right: { onError: (error) => errors.push(error) },
      });
      const Slow = defineInterface({
        name: "Slow",
        services: {
          promise: { id: 1 },
          generator: { id: 2, responseUpdates: { tick: { id: 1 } } },
        },
      });
      const finish = Promise.withResolvers<void>();
      const serving = Slow.serve(server, {
        promise: () => finish.promise,
        generator: async function* () {
          yield { name: "tick" };
          await finish.promise;
          yield { name: "tick" };
        },
      });
      const id = late === "promise" ? 1 : 2;
      const request = await client.sendRequest(id, "null");
      await request.sendUpdate(7, "?");
      if (late === "generator") await request.recvUpdate();
      const response = await request.recvResponse();
      assertEquals(
        response.text(),
        `failed: There is no request update of ${late} with the id 7`,
      );
      assert(response.isError);
      finish.resolve();
      await client.close();
      await serving;
      assertEquals(errors.map(told), [["unexpected-service-id", 7, 2, "?"]]);
    }
  },
);
