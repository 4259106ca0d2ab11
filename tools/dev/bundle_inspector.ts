/**
 * Bundles the script of the inspector's page into `inspector/page_script.ts`, which is
 * committed: neither those who use the library nor what publishes it has to build it.
 *
 *     deno task inspector
 */
const ROOT = new URL("../../", import.meta.url);
const TARGET = new URL("inspector/page_script.ts", ROOT);

/** The module that has the script in it. */
export async function bundlePageScript(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--minify",
      "--platform=browser",
      "inspector/page/main.ts",
    ],
    cwd: ROOT,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const script = new TextDecoder().decode(stdout).trimEnd();
  if (script.includes("</script")) {
    throw new Error("The script would end the element that it is in");
  }
  return `// Made by \`deno task inspector\` of inspector/page/. Don't change it here.
// deno-fmt-ignore-file

/** The script of the inspector's page. */
export const PAGE_SCRIPT: string = ${JSON.stringify(script)};
`;
}

if (import.meta.main) {
  await Deno.writeTextFile(TARGET, await bundlePageScript());
}
