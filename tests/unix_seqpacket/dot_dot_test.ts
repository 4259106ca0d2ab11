/** Paths of sockets with `..` in them, which the kernel reads otherwise than Deno. */
import { assertEquals } from "@std/assert";
import { listen } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { programWith } from "./children/program.ts";
import { Scene } from "./support/scene.ts";

/** What a program gets that may use one folder, with a link in it to another. */
async function outcomes(
  scene: Scene,
  path: (open: string) => string,
): Promise<unknown> {
  const { dir } = scene;
  const open = `${dir}/open`;
  Deno.mkdirSync(open);
  Deno.mkdirSync(`${dir}/secret/inner`, { recursive: true });
  Deno.symlinkSync(`${dir}/secret/inner`, `${open}/link`);
  // Nobody listens in the other one.
  await using _listener = listen(`unix+seqpacket:${open}/s`);
  const { code, said, errors } = await programWith(
    ["--allow-ffi", `--allow-read=${open}`, `--allow-write=${open}`],
    "dot_dot.ts",
    `${path(open)}/s`,
    `${path(open)}/new`,
  );
  assertEquals(code, 0, errors);
  return JSON.parse(said);
}

testWith(
  "all",
  "Connecting and listening with .. behind a link stay in the folder that Deno sees",
  () =>
    Scene.run(async (scene) => {
      const found = await outcomes(scene, (open) => `${open}/link/..`);
      assertEquals(found, {
        connected: "connected",
        listened: `${scene.dir}/open/new`,
      });
    }),
);

testWith(
  "all",
  "Connecting and listening with .. out of the folder need access",
  () =>
    Scene.run(async (scene) => {
      const found = await outcomes(scene, (open) => `${open}/../secret`);
      assertEquals(found, { connected: "NotCapable", listened: "NotCapable" });
    }),
);
