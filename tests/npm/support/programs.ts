import { linesOf } from "../../../tools/lines_of.ts";
import { programOf, PROJECT, type RuntimeName } from "./npm_project.ts";

/** What runs a program. */
export type Program = RuntimeName | "Deno";

/** So long a program may take, with all that runs beside it. */
const TIMEOUT = 60_000;

function start(name: Program, file: string, args: string[]): Deno.ChildProcess {
  const program = name === "Deno" ? Deno.execPath() : programOf(name);
  const own = name === "Deno"
    // With the sources in place of the package.
    ? ["run", "-A", "--quiet", "--no-check", "--config", config()]
    : [];
  const folder = name === "Deno"
    ? new URL("../programs/", import.meta.url).pathname
    : PROJECT;
  return new Deno.Command(program, {
    args: [...own, `${folder}${file}`, ...args],
    env: { NO_COLOR: "1", NODE_NO_WARNINGS: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(TIMEOUT),
  }).spawn();
}

function config(): string {
  return new URL("../../../deno.json", import.meta.url).pathname;
}

async function ended(child: Deno.ChildProcess, name: Program): Promise<void> {
  const stderr = await new Response(child.stderr).text();
  const { code, signal } = await child.status;
  // Tests of the suite let errors be logged.
  if (code === 0) return;
  throw new Error(`${name} ended with ${code}, ${signal}: ${stderr}`);
}

/** Runs a program of `programs/` to its end, and gives the JSON that it printed. */
export async function runIn(
  name: Program,
  file: string,
  ...args: string[]
): Promise<unknown> {
  const child = start(name, file, args);
  const [text] = await Promise.all([
    new Response(child.stdout).text(),
    ended(child, name),
  ]);
  return JSON.parse(text);
}

/**
 * Runs the server of the camera in one runtime and its client in another, and gives
 * what the client printed.
 */
export async function converse(
  kind: "tcp" | "unix",
  server: Program,
  client: Program,
): Promise<unknown> {
  const folder = await Deno.makeTempDir({ prefix: "rpc_npm_" });
  try {
    const address = kind === "tcp"
      ? "tcp://127.0.0.1:0"
      : `unix:${folder}/socket`;
    const serving = start(server, "server.ts", [address]);
    const lines = linesOf(serving.stdout);
    const reader = lines.getReader();
    const serverEnded = ended(serving, server);
    // Where the server has failed, that is what is to be seen.
    const line = await Promise.race([reader.read(), serverEnded]);
    const addr = (line as ReadableStreamReadResult<string>).value!;
    const result = await runIn(client, "client.ts", addr);
    await serverEnded;
    await reader.cancel();
    return result;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
