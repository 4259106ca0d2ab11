import { LineProcess } from "../support/line_process.ts";
import type { Cpu } from "../support/pinning.ts";
import type { Entry } from "./contestants.ts";
import { usageOf } from "./usage.ts";
import type { Measured, Outcome, Used, Work } from "./work.ts";

/** Calls in a round of a contestant that can't stop by the clock. */
const ROUND = { pingPong: 5_000, inFlight: 65_536, floor: 5_000 } as const;
/** The largest body of `floor.c`: it writes all of one before it reads. */
const MAX_FLOOR_BODY = 64 * 1024;

/** The server and the client of a contestant, which run. */
export interface Started {
  /** Has the client do something. */
  run(work: Work): Promise<Outcome>;
}

interface Processes {
  readonly server: LineProcess;
  readonly client: LineProcess;
  readonly measure: (work: Work) => Promise<Measured | string | null>;
}

/** Starts the server and the client, tied to their CPUs; both end with the stack. */
export async function start(
  entry: Entry,
  cpus: readonly [Cpu, Cpu],
  stack: AsyncDisposableStack,
): Promise<Started> {
  const { server, client, measure } = await startProcesses(entry, cpus, stack);
  return {
    async run(work) {
      const before = [client, server].map(({ pid }) => usageOf(pid).cpu);
      const outcome = await measure(work);
      if (outcome === null || typeof outcome === "string") return outcome;
      const [ofClient, ofServer] = [client, server].map(({ pid }, i): Used => {
        const { cpu, resident } = usageOf(pid);
        return { cpuEach: (cpu - before[i]!) / outcome.count, resident };
      });
      return { ...outcome, client: ofClient!, server: ofServer! };
    },
  };
}

async function startProcesses(
  entry: Entry,
  [clientCpu, serverCpu]: readonly [Cpu, Cpu],
  stack: AsyncDisposableStack,
): Promise<Processes> {
  const run = (cpu: Cpu, program: string, ...args: string[]): LineProcess =>
    stack.use(LineProcess.start(cpu, program, args));
  switch (entry.kind) {
    case "module": {
      const runModule = (cpu: Cpu, script: string, ...more: string[]) =>
        run(
          cpu,
          "env",
          ...Object.entries(entry.env).map(([name, value]) =>
            `${name}=${value}`
          ),
          Deno.execPath(),
          "run",
          "--quiet",
          "-A",
          "--no-check",
          `--config=${entry.config}`,
          new URL(script, import.meta.url).href,
          entry.module,
          ...more,
        );
      const server = runModule(serverCpu, "server_process.ts");
      const address = await server.readLine();
      const client = runModule(clientCpu, "client_process.ts", address);
      await client.readLine();
      const measure = async (
        work: Work,
      ): Promise<Measured | string | null> =>
        JSON.parse(await client.ask(JSON.stringify(work)));
      return { server, client, measure };
    }
    case "native": {
      const server = run(serverCpu, entry.program, "serve", entry.address);
      const address = await server.readLine();
      const client = run(clientCpu, entry.program, "client", address);
      await client.readLine();
      const measure = async (
        { kind, size, width }: Work,
      ): Promise<Measured | null> => {
        // It has these two only.
        if (kind !== "calls" || size !== 32) return null;
        const count = width === 1 ? ROUND.pingPong : ROUND.inFlight;
        const line = width === 1
          ? `ping-pong ${count}`
          : `in-flight ${count} ${width}`;
        const { p50, p99, perSecond } = JSON.parse(await client.ask(line));
        return { count, rate: perSecond, p50, p99, p999: null };
      };
      return { server, client, measure };
    }
    case "floor": {
      const server = run(serverCpu, entry.program);
      const port = await server.readLine();
      const client = run(clientCpu, entry.program, port);
      const measure = async (
        { kind, size, width }: Work,
      ): Promise<Measured | null> => {
        if (kind !== "calls" || width !== 1 || size > MAX_FLOOR_BODY) {
          return null;
        }
        const count = ROUND.floor;
        const line = await client.ask(`${count} ${size}`);
        const [p50 = 0, p99 = 0, p999 = 0, rate = 0] = line.split(" ")
          .map(Number);
        return { count, rate, p50, p99, p999 };
      };
      return { server, client, measure };
    }
  }
}
