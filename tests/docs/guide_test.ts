import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";

const GUIDE = new URL("../../docs/guide.md", import.meta.url);

testWith(
  "read",
  "cancelling takes five lines of code, as docs/guide.md says",
  () => {
    const guide = Deno.readTextFileSync(GUIDE);
    const [, chapter = ""] = guide.split("\n## Cancelling\n");
    const [, program = ""] = chapter.match(/^```ts\n([^]*?)^```$/m) ?? [];
    // Each chapter has peers of its own first.
    const [, cancelling = ""] = program.split(/Peer\.spawn\(b.*\n\n/);
    assertEquals(cancelling.trim().split("\n").length, 5, cancelling);
  },
);
