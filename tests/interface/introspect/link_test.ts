/** A link asks its server too. */
import { assertEquals } from "@std/assert";
import { describe } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { SceneLink } from "../../conformance/links/scene_link.ts";
import { Camera, handlers } from "../support/camera.ts";

conformance(
  "describe asks over whatever connection a link has",
  async (scene) => {
    await using test = new SceneLink(
      scene,
      (server) => Camera.serve(server, handlers, { describe: true }),
    );
    for (let connection = 1; connection <= 2; connection++) {
      const { interfaces } = await describe(test.link);
      assertEquals(interfaces.map(({ name }) => name), ["Camera"]);
      assertEquals(test.connections, connection);
      await test.server.close();
    }
  },
);
