/** A client of another user: what keeps it out, and what is known of it. */
import { assertEquals } from "@std/assert";
import { bind, type PeerHandle } from "../../../mod.ts";
import { runChild } from "../../support/processes/run_child.ts";
import { testUnless } from "../../support/permissions.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { whyNotRoot } from "../../support/processes/root.ts";

const CHILD = new URL("other_user_child.ts", import.meta.url);
const OTHER = 20_000;

for (const kind of ["unix", "unix+seqpacket", "unix+shm"] as const) {
  testUnless(
    whyNotRoot(),
    `${kind}: a client of another user is kept out by mode or by authorize, or is served`,
    async () => {
      using dir = new TempDir();
      Deno.chmodSync(dir.path, 0o755);
      const asked: unknown[] = [];
      const known: unknown[] = [];
      await using stack = new AsyncDisposableStack();
      const open = async (
        name: string,
        mode: number,
        allows: boolean,
      ): Promise<string> => {
        const listener = stack.use(
          await bind(`${kind}:${dir.file(name)}`, {
            mode,
            onError() {},
            authorize({ credentials }) {
              asked.push(credentials?.uid);
              return allows;
            },
          }),
        );
        // deno-lint-ignore no-explicit-any -- peers of all transports
        listener.run((peer: PeerHandle<any, any>) => {
          known.push(peer.info.credentials?.uid);
          return peer.serve({ 1: (_request, body) => body });
        });
        return `${kind}:${dir.file(name)}`;
      };
      const addresses = [
        await open("private", 0o600, true),
        await open("refused", 0o666, false),
        await open("shared", 0o666, true),
      ];
      const outcomes = await runChild<unknown[]>(CHILD, [
        `${OTHER}`,
        ...addresses,
      ]);
      assertEquals(outcomes, [
        ["PermissionDenied"],
        ["connection-closed"],
        [Deno.uid(), "hello"],
      ]);
      assertEquals([asked, known], [[OTHER, OTHER], [OTHER]]);
    },
  );
}
