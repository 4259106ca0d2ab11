import { assert, assertEquals } from "@std/assert";
import { Program } from "../examples/program.ts";
import { testWith } from "../support/permissions.ts";
import { TempDir } from "../support/files/temp_dir.ts";

const CHECKOUT = new URL("../../", import.meta.url);

/** A program of the README, and the flags that it says to run it with. */
function programOf(name: string): { code: string; flags: string[] } {
  const text = Deno.readTextFileSync(new URL("README.md", CHECKOUT));
  const found = new RegExp(
    `\`${name}\`, run by \`deno run ([^\`]*) ${name}\`.*?\`\`\`ts ignore\n(.*?\n)\`\`\`\n`,
    "s",
  ).exec(text);
  assert(found !== null, `The README has no ${name}`);
  return { code: found[2]!, flags: found[1]!.split(" ") };
}

testWith(
  "run",
  "server and client of the README run as it says, from a folder with a linked checkout",
  async () => {
    using folder = new TempDir();
    const links = [CHECKOUT.pathname];
    Deno.writeTextFileSync(
      `${folder.path}/deno.json`,
      JSON.stringify({ links }),
    );
    /** Starts one, at a port other than the README's, which may be in use. */
    const start = (name: string, port: string): Program => {
      const { code, flags } = programOf(name);
      const path = `${folder.path}/${name}`;
      Deno.writeTextFileSync(path, code.replace(":1337", `:${port}`));
      return new Program(
        new URL(`file://${path}`).href,
        flags.map((flag) => flag.replace(":1337", `:${port}`)),
        [],
        folder.path,
      );
    };
    await using server = start("server.ts", "0");
    const port = await server.after("Listening on port ");
    await using client = start("client.ts", port);
    assertEquals(await client.end(), [
      "recording the left camera",
      "got: done",
      "done",
    ]);
  },
);
