import { assertEquals } from "@std/assert";
import { runProgram } from "../../../tools/npm/run_program.ts";
import { linesOf } from "../../../tools/lines_of.ts";
import { visit } from "../../support/browser/chromium.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { programOf, RUNTIME_NAMES, TARBALL } from "./npm_project.ts";

/** So long the server may run, with all that runs beside it. */
const TIMEOUT = 300_000;

const DOCS = new URL("../../../docs/npm.md", import.meta.url);

/** The files that the page has one write, by name. */
async function writtenFiles(): Promise<Map<string, string>> {
  const text = await Deno.readTextFile(DOCS);
  const found = text.matchAll(/^cat > (\S+) <<'EOF'\n([^]*?\n)EOF$/gm);
  return new Map([...found].map(([, name, content]) => [name!, content!]));
}

/** The commands that it has one run, but for those that write files. */
async function commands(): Promise<string[]> {
  const text = await Deno.readTextFile(DOCS);
  const [, script] = /```sh\n([^]*?)```/.exec(text)!;
  return script!.replace(/^cat >[^]*?\nEOF$/gm, "").split("\n")
    .filter((line) => line !== "");
}

/**
 * Does in an empty folder what `docs/npm.md` tells a newcomer to do: calls from Node and
 * from a page, which takes Chromium.
 */
export async function followDocs(
  { page }: { readonly page: boolean },
): Promise<void> {
  using folder = new TempDir();
  const [init, install, serve, call, ...more] = await commands();
  assertEquals(init, "npm init -y");
  assertEquals(call, "node client.mjs");
  assertEquals(more, []);
  await runProgram("npm", ["init", "-y"], folder.path);
  // From where it is, and of the version that it is.
  assertEquals(install!.split("/").at(-1), TARBALL.split("/").at(-1));
  await runProgram(
    "npm",
    ["install", "--no-audit", "--no-fund", "--prefer-offline", TARBALL],
    folder.path,
  );
  const files = await writtenFiles();
  assertEquals([...files.keys()], ["server.ts", "client.mjs", "page.html"]);

  await Deno.writeTextFile(
    folder.file("server.ts"),
    files.get("server.ts")!.replace(
      "port: 8080",
      "port: 0, onListen: (addr) => console.log(addr.port)",
    )
      // Tells what it was asked.
      .replace("`Hello ", "console.log(body.text()) ?? `Hello "),
  );
  const [, ...args] = serve!.replace(" &", "").replace(":8080", "").split(" ");
  const server = new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder.path,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    signal: AbortSignal.timeout(TIMEOUT),
  }).spawn();
  const lines = linesOf(server.stdout).getReader();
  const next = async (): Promise<string> => {
    const { value } = await lines.read();
    if (value === undefined) throw new Error("The server has ended");
    return value;
  };
  try {
    const port = await next();
    await Deno.writeTextFile(
      folder.file("client.mjs"),
      files.get("client.mjs")!.replace("8080", port),
    );
    for (const name of RUNTIME_NAMES) {
      const { stdout } = await new Deno.Command(programOf(name), {
        args: ["client.mjs"],
        cwd: folder.path,
      }).output();
      const printed = new TextDecoder().decode(stdout);
      assertEquals([name, printed], [name, "Hello Node!\n"]);
      assertEquals(await next(), "Node");
    }
    if (!page) return;
    const html = files.get("page.html")!;
    const shows = "document.body.append(";
    assertEquals(html.split(shows).length, 2);
    await Deno.writeTextFile(
      folder.file("page.html"),
      // Tells the server what it would show.
      html.replace(shows, "await peer.call(1, "),
    );
    await visit(`http://127.0.0.1:${port}/`, async () => {
      assertEquals([await next(), await next()], ["page", "Hello page!"]);
    });
  } finally {
    server.kill("SIGTERM");
    await lines.cancel();
    await server.status;
  }
}
