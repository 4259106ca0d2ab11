/** Without descriptors and without disk: what fails says so, and leaves nothing. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CONNECTIONS } from "../lost_connections/failing_conversation.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { PERMISSIONS, testWith } from "../support/permissions.ts";
import { runChild } from "../support/processes/run_child.ts";
import { mountNamespace, whyNoMounts } from "./mount_namespace.ts";

interface Descriptors {
  readonly kind: string;
  readonly wrong: string[];
  readonly exhausted: number;
  readonly received: string[];
  readonly refused: string | null;
}

testWith(
  "all",
  "However few descriptors are left, connecting says so or works, and works again later",
  async () => {
    const url = new URL("descriptors_child.ts", import.meta.url);
    const lines = await runChild<Descriptors>(url);
    assertEquals(lines.map(({ kind }) => kind), Object.keys(CONNECTIONS));
    for (const { kind, wrong, exhausted, received, refused } of lines) {
      assertEquals(wrong, [], kind);
      assert(exhausted > 0, `${kind} never ran out of descriptors`);
      if (refused !== null) assertStringIncludes(refused, "ulimit -n");
      if (received.length === 0) continue;
      assertEquals(received, ["remote-error", "remote-error", "4"], kind);
    }
  },
);

const missing = PERMISSIONS.all.granted
  ? await whyNoMounts()
  : PERMISSIONS.all.flag;
const name =
  "On a full disk or a read-only one, listening says so and leaves nothing";

Deno.test({
  name: missing === null ? name : `${name} [needs ${missing}]`,
  ignore: missing !== null,
  async fn() {
    await using folder = new TempDir();
    const child = new URL("full_disk_child.ts", import.meta.url);
    const { stdout, stderr, code } = await mountNamespace([
      ...[Deno.execPath(), "run", "-A", "--quiet", "--no-check", child.href],
      folder.path,
    ]);
    assertEquals(code, 0, stdout + stderr);
    const { wrong, errors } = JSON.parse(stdout);
    assertEquals(wrong, []);
    // ENOSPC and EROFS.
    assertEquals(Object.keys(errors), ["Error 28", "Error 30"]);
  },
});
