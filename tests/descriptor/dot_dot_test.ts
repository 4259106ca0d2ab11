/** Paths with `..` in them, which the kernel reads otherwise than Deno. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { runChild } from "../support/processes/run_child.ts";
import { TempDir } from "../support/files/temp_dir.ts";

/** Folders of which only one may be read, with a link from there to elsewhere. */
function folders(): TempDir {
  const folder = new TempDir();
  Deno.mkdirSync(`${folder.path}/open/inner`, { recursive: true });
  Deno.mkdirSync(`${folder.path}/secret/inner`, { recursive: true });
  Deno.writeTextFileSync(`${folder.path}/open/x`, "open");
  Deno.writeTextFileSync(`${folder.path}/secret/x`, "secret");
  Deno.symlinkSync(`${folder.path}/secret/inner`, `${folder.path}/open/link`);
  return folder;
}

testWith(
  "all",
  "A path with .. leads where it does in Deno, also behind a link",
  async () => {
    using folder = folders();
    const open = `${folder.path}/open`;
    const url = new URL("dot_dot_child.ts", import.meta.url);
    const outcomes = await runChild(url, [
      `${open}/x`,
      `${open}/inner/../x`,
      `${open}/link/../x`,
      `${open}/./link/.././/x`,
      `${open}/../secret/x`,
      `${open}/link/../../secret/x`,
    ], ["--allow-ffi", `--allow-read=${open}`]);
    assertEquals(outcomes, [
      ["open", "open"],
      ["open", "open"],
      ["open", "open"],
      ["open", "open"],
      ["NotCapable", "NotCapable"],
      ["NotCapable", "NotCapable"],
    ]);
  },
);
