/** Clients against a server of handlers, over every transport. */
import { assertEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { Camera, handlers } from "../support/camera.ts";

conformance("a service without updates is one call", async (scene) => {
  const [client, server] = await scene.pair();
  const camera = Camera.client(client);
  Camera.serve(server, handlers);
  assertEquals(await camera.name(), "camera");
  assertEquals(await camera.reset(), undefined);
});

conformance(
  "updates come with their names, in order, before the response",
  async (scene) => {
    const [client, server] = await scene.pair();
    const camera = Camera.client(client);
    Camera.serve(server, handlers);
    const recording = await camera.record({ frames: 2 });
    const seen: unknown[] = [];
    for await (const update of recording.updates()) {
      seen.push(update.name === "state" ? update.body.frame : [...update.body]);
    }
    assertEquals(seen, [1, 2, [1, 2, 3]]);
    assertEquals(await recording.response(), new Uint8Array([2]));
    await rejectsWith("request-closed", () => recording.response());
  },
);

conformance("an error response is thrown with its text", async (scene) => {
  const [client, server] = await scene.pair({ right: { onError: () => {} } });
  const camera = Camera.client(client);
  Camera.serve(server, {
    ...handlers,
    name: () => {
      throw new Error("no name");
    },
    record: () => Promise.reject(new Error("no film")),
  });
  const error = await rejectsWith("remote-error", () => camera.name());
  assertEquals([error.message, error.side], ["Camera.name: no name", "remote"]);
  const recording = await camera.record({ frames: 1 });
  const second = await rejectsWith("remote-error", () => recording.response());
  assertEquals([second.message, second.serviceId], [
    "Camera.record: no film",
    2,
  ]);
});
