/** Handlers that give a promise of a generator. */
import { assertEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { Camera, handlers } from "../support/camera.ts";

conformance(
  "a promise of a generator is taken as the generator",
  async (scene) => {
    const [client, server] = await scene.pair({ right: { onError: () => {} } });
    async function* record(frames: number) {
      for (let frame = 1; frame <= frames; frame++) {
        yield { name: "state" as const, body: { frame, frames } };
      }
      if (frames === 3) throw new Error("no film");
      return new Uint8Array([frames]);
    }
    Camera.serve(server, {
      ...handlers,
      // deno-lint-ignore require-await
      record: async ({ frames }) =>
        frames === 0 ? new Uint8Array([9]) : record(frames),
    });
    const camera = Camera.client(client);
    const two = await camera.record({ frames: 2 });
    assertEquals(
      (await Array.fromAsync(two.updates())).map(({ body }) => body),
      [{ frame: 1, frames: 2 }, { frame: 2, frames: 2 }],
    );
    assertEquals(await two.response(), new Uint8Array([2]));
    const none = await camera.record({ frames: 0 });
    assertEquals(await none.response(), new Uint8Array([9]));
    const three = await camera.record({ frames: 3 });
    const error = await rejectsWith("remote-error", () => three.response());
    assertEquals(error.message, "Camera.record: no film");
  },
);
