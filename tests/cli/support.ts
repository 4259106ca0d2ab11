/** What the tests of the command work with. */
import type { CliIo } from "../../cli/cli_io.ts";
import { main } from "../../cli/mod.ts";
import {
  type Implementation,
  serve,
  type ServeOptions,
} from "../../interface/mod.ts";
import { listen, type PeerHandle } from "../../mod.ts";

/** The script of the command, for a process of it. */
export const COMMAND: string =
  new URL("../../cli/mod.ts", import.meta.url).href;

/** A file with an interface, for commands that read one. */
export const CELL: string = new URL("./cell.ts", import.meta.url).pathname;

/** What a command has come to. */
export interface CliResult {
  readonly code: number;
  /** The lines of stdout. */
  readonly out: string[];
  /** Those of stderr as one text. */
  readonly err: string;
}

/** Runs the command in this process. */
export async function fizyr(
  args: readonly string[],
  given: Partial<CliIo> = {},
): Promise<CliResult> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    stdin: () => stdinOf(""),
    signal: new AbortController().signal,
    ...given,
  });
  return { code, out, err: err.join("\n") };
}

/** A process of the command, which is sent Ctrl-C when `begun` has happened. */
export async function interruptedProcess(
  args: readonly string[],
  begun: () => Promise<Disposable | void>,
): Promise<[code: number, lastLine: string]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", COMMAND, ...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  using _open = await begun() ?? null;
  child.kill("SIGINT");
  const { code, stderr } = await output;
  const lines = new TextDecoder().decode(stderr).trim().split("\n");
  return [code, lines.at(-1)!];
}

/** What a program that writes this text gives on stdin. */
export async function* stdinOf(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** A server on a free port, with its address. */
export function serveOn(
  implementation: Implementation,
  options: ServeOptions = { describe: true },
  { at = "tcp://127.0.0.1:0", onPeer }: {
    readonly at?: string;
    /** Is called with each connection. */
    readonly onPeer?: (peer: PeerHandle) => void;
  } = {},
): { address: string; [Symbol.asyncDispose](): Promise<void> } {
  const listener = listen<string>(at, { onError: () => {} });
  const running = listener.run((peer) => {
    onPeer?.(peer as PeerHandle);
    return serve(peer as PeerHandle, implementation, options);
  });
  const { addr } = listener;
  return {
    address: "port" in addr ? `127.0.0.1:${addr.port}` : at,
    async [Symbol.asyncDispose]() {
      await listener.shutdown({ grace: 0 });
      await running;
    },
  };
}
