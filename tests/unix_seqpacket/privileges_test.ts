/** What depends on the user and on what the process is set to: in programs. */
import { assertEquals } from "@std/assert";
import { testUnless, testWith } from "../support/permissions.ts";
import { whyNotRoot } from "../support/processes/root.ts";
import { program } from "./children/program.ts";

const DONE = { code: 0, said: "done\n", errors: "" };
/** A test in which a program becomes another user, which only root may. */
function asNobody(name: string, what: string): void {
  testUnless(whyNotRoot(), name, async () => {
    assertEquals(await program("nobody.ts", what), DONE);
  });
}

asNobody(
  "More descriptors on their way than may be open is too-many-fds, until some are taken",
  "tooManyOnTheirWay",
);

asNobody(
  "maxBodyLenWrite goes as far as net.core.wmem_max, and the error names that",
  "sendBuffer",
);

asNobody(
  "A listener whose folder has become read-only closes, and tells onError",
  "readOnlyFolder",
);

testWith(
  "all",
  "The mode of a socket file is as asked for, whatever the umask",
  async () => {
    assertEquals(await program("umask.ts"), DONE);
  },
);
