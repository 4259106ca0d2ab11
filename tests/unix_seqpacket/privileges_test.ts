/** What depends on the user and on what the process is set to: in programs. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { program } from "./children/program.ts";

const DONE = { code: 0, said: "done\n", errors: "" };
const isRoot = Deno.build.os === "linux" &&
  Deno.permissions.querySync({ name: "sys", kind: "uid" }).state ===
    "granted" &&
  Deno.uid() === 0;

/** A test in which a program becomes another user, which only root may. */
function asNobody(name: string, what: string): void {
  if (isRoot) {
    testWith("all", name, async () => {
      assertEquals(await program("nobody.ts", what), DONE);
    });
  } else Deno.test({ name: `${name} [needs root]`, ignore: true, fn() {} });
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
