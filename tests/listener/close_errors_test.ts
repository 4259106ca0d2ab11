/** Closing a listener whose socket file is out of reach. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { runChild } from "../support/processes/run_child.ts";

const CHILD = new URL("close_errors_child.ts", import.meta.url);

interface Outcome {
  /** What onError was told. */
  readonly told: readonly string[];
  /** How many files are left. */
  readonly left: number;
}

async function closed(kind: string, how: string): Promise<Outcome> {
  const [outcome] = await runChild<Outcome & { dir: string }>(
    CHILD,
    [kind, how],
  );
  const { dir, told, left } = outcome!;
  Deno.removeSync(dir, { recursive: true });
  return { told, left };
}

/** What is told, and how many files are left. */
const OUTCOMES: Record<string, Outcome> = {
  "unix": { told: ["NotCapable"], left: 1 },
  "unix+seqpacket": { told: ["NotCapable"], left: 1 },
};

for (const [kind, outcome] of Object.entries(OUTCOMES)) {
  for (
    const [how, name] of [
      ["idle", "A listener whose file is out of reach closes"],
      [
        "run",
        "A listener that accepts closes, though its file is out of reach",
      ],
      ["throwing", "A listener closes, though its onError throws"],
    ] as const
  ) {
    testWith("all", `${kind}: ${name}`, async () => {
      assertEquals(await closed(kind, how), outcome);
    });
  }
}
