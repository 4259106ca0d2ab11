/** An interceptor that has ended while its request waits to be sent. */
import { assertEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { until } from "../../support/stats.ts";
import { Camera, handlers } from "../support/camera.ts";

conformance(
  "a request whose interceptor has ended before it was sent ends as soon as it is sent",
  async (scene) => {
    const [client, server] = await scene.pair({ maxOpenSentRequests: 1 });
    const answer = Promise.withResolvers<string>();
    Camera.serve(server, { ...handlers, name: () => answer.promise });
    const first = Camera.client(client).name();
    let refused: Promise<unknown> | null = null;
    const camera = Camera.client(client, {
      intercept: [async (_call, send) => {
        refused = rejectsWith("request-closed", send);
        await until(scene, client, (stats) => stats.waitingSends === 1);
        return "early";
      }],
    });
    using request = await camera.record({ frames: 1 });
    assertEquals(
      await request.response(),
      new TextEncoder().encode("early"),
    );
    answer.resolve("first");
    assertEquals(await first, "first");
    await refused;
  },
);
