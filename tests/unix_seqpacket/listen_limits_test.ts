/** Listening in a process that has no descriptor left. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { program } from "./children/program.ts";

testWith(
  "all",
  "Too many open files: listening leaves no socket and no file, and a socket stays the caller's",
  async () => {
    assertEquals(await program("listen_limits.ts"), {
      code: 0,
      said: "done\n",
      errors: "",
    });
  },
);
