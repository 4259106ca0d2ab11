/** What becomes of responses whose handles were garbage-collected. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { programWith } from "./children/program.ts";

testWith(
  "all",
  "The descriptors of responses that nobody took are closed when the handles are garbage-collected",
  async () => {
    const flags = ["-A", "--v8-flags=--expose-gc"];
    const { code, said, errors } = await programWith(
      flags,
      "dropped_handles.ts",
      "untaken",
    );
    assertEquals(code, 0, errors);
    assertEquals(JSON.parse(said), { came: 50, left: 0 });
  },
);
