import { NatsServer } from "../../support/servers/nats_server.ts";
import { linesOf } from "../../../tools/lines_of.ts";
import { programOf, PROJECT, type RuntimeName } from "./npm_project.ts";

/** What runs a program. */
export type Program = RuntimeName | "Deno";

/** So long a program may take, with all that runs beside it. */
const TIMEOUT = 300_000;

/** What runs a program of `programs/`. */
export function commandOf(
  name: Program,
  file: string,
): [program: string, ...args: string[]] {
  if (name !== "Deno") return [programOf(name), PROJECT + file];
  return [
    Deno.execPath(),
    // With the sources in place of the package.
    ...["run", "-A", "--quiet", "--no-check", "--config", config()],
    new URL(`../programs/${file}`, import.meta.url).pathname,
  ];
}

/** Starts a program of `programs/`. */
export function start(
  name: Program,
  file: string,
  args: string[],
): Deno.ChildProcess {
  const [program, ...own] = commandOf(name, file);
  return new Deno.Command(program, {
    args: [...own, ...args],
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

/** Runs a program to its end, and gives what it printed. */
export async function printedIn(
  name: Program,
  file: string,
  ...args: string[]
): Promise<string> {
  const child = start(name, file, args);
  const [text] = await Promise.all([
    new Response(child.stdout).text(),
    ended(child, name),
  ]);
  return text;
}

/** Runs a program of `programs/` to its end, and gives the JSON that it printed. */
export async function runIn(
  name: Program,
  file: string,
  ...args: string[]
): Promise<unknown> {
  return JSON.parse(await printedIn(name, file, ...args));
}

/** Starts a server of `programs/`; gives where it listens, and its end. */
export async function startServer(
  name: Program,
  file: string,
  address: string,
): Promise<{ addr: string; ended: Promise<void> }> {
  const child = start(name, file, [address]);
  const reader = linesOf(child.stdout).getReader();
  const end = ended(child, name);
  // Where the server has failed, that is what is to be seen.
  const line = await Promise.race([reader.read(), end.then(() => null)]);
  if (!line?.value) throw new Error(`${name} has printed no address`);
  return { addr: line.value, ended: end.finally(() => reader.cancel()) };
}

/**
 * Runs the server of the camera in one runtime and its client in another, and gives
 * what the client printed.
 */
export async function converse(
  kind: "tcp" | "unix" | "ws" | "nats",
  server: Program,
  client: Program,
): Promise<unknown> {
  const folder = await Deno.makeTempDir({ prefix: "rpc_npm_" });
  await using nats = kind === "nats" ? await NatsServer.start() : null;
  try {
    const address = nats !== null
      ? nats.address("cell.camera")
      : kind === "tcp"
      ? "tcp://127.0.0.1:0"
      : kind === "ws"
      ? "ws://127.0.0.1:0/rpc"
      : `unix:${folder}/socket`;
    const serving = await startServer(server, "server.ts", address);
    const result = await runIn(client, "client.ts", serving.addr);
    await serving.ended;
    return result;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
