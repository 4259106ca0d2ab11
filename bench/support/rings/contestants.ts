import { LineProcess } from "../line_process.ts";
import type { Cpu } from "../pinning.ts";
import { buildNative } from "../native/native_program.ts";
import { listenAddress } from "../shape.ts";

/** What is measured: this library over a transport, or the native crate. */
export type Contestant =
  | "rings"
  | "seqpacket"
  | "unix"
  | "tcp"
  | "native seqpacket"
  | "native unix"
  | "native tcp";

/** Those of this library. */
export const OURS: readonly Contestant[] = [
  "rings",
  "seqpacket",
  "unix",
  "tcp",
];

/** Those of the native crate. */
export const NATIVE: readonly Contestant[] = [
  "native seqpacket",
  "native unix",
  "native tcp",
];

/** The measures of the native program, and how it is asked for them. */
export const NATIVE_ROUNDS: Readonly<Record<string, string>> = {
  "ping-pong": "ping-pong 3000",
  "256 in flight": "in-flight 65536 256",
  "one-way, each awaited": "one-way 100000",
};

/** Where the processes run. */
export interface Place {
  /** The CPU of the clients. */
  readonly client: Cpu;
  /** The CPU of the servers. */
  readonly server: Cpu;
}

/** A client that is connected, and does a measure when it is asked. */
export interface Runner {
  /** How often the measure was done in a second; for ping-pong the inverse of the p50. */
  run(measure: string): Promise<number>;
}

const MODULE = new URL("../../../mod.ts", import.meta.url).href;

/** The path of the native program; null, with a line that says why, if there is none. */
export async function findNative(): Promise<string | null> {
  const built = await buildNative();
  if ("path" in built) return built.path;
  console.log(`Skipping the native crate: ${built.missing}\n`);
  return null;
}

/** Starts a server and a client. */
export async function start(
  contestant: Contestant,
  place: Place,
  native: string | null,
  stack: AsyncDisposableStack,
): Promise<Runner | null> {
  const folder = await Deno.makeTempDir({ prefix: "rpc_rings_" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const transport = contestant.replace(/^native /, "");
  const address = listenAddress(transport, `${folder}/socket`);
  if (OURS.includes(contestant)) {
    const run = (cpu: Cpu, script: string, to: string): LineProcess =>
      stack.use(LineProcess.startDeno(
        cpu,
        new URL(`../ab/${script}`, import.meta.url),
        [MODULE, to],
      ));
    const server = run(place.server, "server.ts", address);
    const client = run(place.client, "client.ts", await server.readLine());
    return {
      run: async (measure) => Number((await client.ask(measure)).split(" ")[0]),
    };
  }
  if (native === null) return null;
  const run = (cpu: Cpu, args: string[]): LineProcess =>
    stack.use(LineProcess.start(cpu, native, args));
  const server = run(place.server, ["serve", address]);
  const client = run(place.client, ["client", await server.readLine()]);
  await client.readLine();
  return {
    async run(measure) {
      const line = NATIVE_ROUNDS[measure]!;
      const { p50, perSecond, error } = JSON.parse(await client.ask(line));
      if (error !== undefined) throw new Error(`The native program: ${error}`);
      return measure === "ping-pong" ? 1e6 / p50 : perSecond;
    },
  };
}
