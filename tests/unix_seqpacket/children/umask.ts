/** Listens with each mode under each umask, which is the process's. */
import { assertEquals } from "@std/assert";
import { connect, listen } from "../../../mod.ts";
import { nextStream, Scene } from "../support/scene.ts";

const UMASKS = [0, 0o002, 0o022, 0o027, 0o077, 0o177, 0o777];
const MODES = [0, 0o600, 0o660, 0o666, 0o700, 0o755, 0o777];

/** The mode of a file. */
function modeOf(path: string): number {
  return Deno.lstatSync(path).mode! & 0o7777;
}

await Scene.run(async (scene) => {
  const { dir } = scene;
  for (const umask of UMASKS) {
    Deno.umask(umask);
    for (const mode of MODES) {
      const path = `${dir}/${umask}-${mode}`;
      await using _listener = listen(`unix+seqpacket:${path}`, { mode });
      assertEquals(modeOf(path), mode, `umask ${umask.toString(8)}`);
    }
    const path = `${dir}/${umask}`;
    await using listener = listen(`unix+seqpacket:${path}`);
    assertEquals(modeOf(path), 0o777 & ~umask, `umask ${umask.toString(8)}`);
    assertEquals(Deno.umask(), umask);
    if (umask !== 0) continue;
    // A file for everybody is one to connect to.
    await using client = await connect(listener.addr);
    await using server = await listener.accept();
    await client.sendStream(1, "hello");
    assertEquals((await nextStream(server)).text(), "hello");
  }
});
console.log("done");
