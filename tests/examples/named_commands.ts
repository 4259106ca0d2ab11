import { assert } from "@std/assert";

const EXAMPLES = new URL("../../examples/", import.meta.url);

/**
 * The flags of each command that the header of an example names. `$PWD` in them is
 * `cwd`.
 */
export function namedCommands(name: string, cwd: string): string[][] {
  const source = Deno.readTextFileSync(new URL(name, EXAMPLES));
  const header = /^\/\*\*\n(.*?)\*\//s.exec(source)?.[1] ?? "";
  // A line that ends in a backslash goes on in the next one.
  const lines = header.replaceAll(/\\\n \*/g, "").split("\n");
  const commands = lines.filter((line) => line.startsWith(" *     deno run "));
  return commands.map((command) => {
    const [, flags] = /deno run (.*?) *examples\//.exec(command) ?? [];
    assert(flags !== undefined, `${name} has no example in ${command}`);
    return flags.split(/ +/).map((flag) => flag.replaceAll("$PWD", cwd));
  });
}

/** The flags of an example whose header names one command. */
export function namedFlags(name: string, cwd = Deno.cwd()): string[] {
  const [flags, ...others] = namedCommands(name, cwd);
  assert(flags !== undefined && others.length === 0, `${name} names not one`);
  return flags;
}
