import { LineProcess } from "../support/line_process.ts";
import type { Cpu } from "../support/pinning.ts";
import type { Entry } from "./contestants.ts";
import { measureNative, nativeLimit } from "./native.ts";
import { usageOf } from "./usage.ts";
import type { Measured, Outcome, Used, Work } from "./work.ts";

/** Calls in a round of blocking C, which can't stop by the clock. */
const FLOOR_ROUND = 5_000;
/** The largest body of `floor.c`: it writes all of one before it reads. */
const MAX_FLOOR_BODY = 64 * 1024;

/** The server and the client of a contestant, which run. */
export interface Started {
  /** Has the client do the work. */
  run(): Promise<Outcome>;
}

interface Processes {
  readonly server: LineProcess;
  readonly client: LineProcess;
  readonly measure: () => Promise<Measured | string | null>;
}

/**
 * Starts the server and the client for a work, tied to their CPUs; both end with the
 * stack.
 */
export async function start(
  entry: Entry,
  work: Work,
  cpus: readonly [Cpu, Cpu],
  stack: AsyncDisposableStack,
): Promise<Started> {
  const { server, client, measure } = await startProcesses(
    entry,
    work,
    cpus,
    stack,
  );
  return {
    async run() {
      const before = [client, server].map(({ pid }) => usageOf(pid).cpu);
      const outcome = await measure();
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
  work: Work,
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
      const measure = async (): Promise<Measured | string | null> =>
        JSON.parse(await client.ask(JSON.stringify(work)));
      return { server, client, measure };
    }
    case "native": {
      const limit = nativeLimit(work);
      const server = run(
        serverCpu,
        entry.program,
        "serve",
        entry.address,
        ...limit,
      );
      const address = await server.readLine();
      const client = run(
        clientCpu,
        entry.program,
        "client",
        address,
        ...limit,
      );
      await client.readLine();
      const measure = () => measureNative(client, entry.address, work);
      return { server, client, measure };
    }
    case "floor": {
      const server = run(serverCpu, entry.program);
      const port = await server.readLine();
      const client = run(clientCpu, entry.program, port);
      const measure = async (): Promise<Measured | null> => {
        const { kind, size, width } = work;
        if (kind !== "calls" || width !== 1 || size > MAX_FLOOR_BODY) {
          return null;
        }
        const count = FLOOR_ROUND;
        const line = await client.ask(`${count} ${size}`);
        const [p50 = 0, p99 = 0, p999 = 0, rate = 0] = line.split(" ")
          .map(Number);
        return { count, rate, p50, p99, p999 };
      };
      return { server, client, measure };
    }
  }
}
