import { LineProcess } from "../support/line_process.ts";
import type { Cpu } from "../support/pinning.ts";
import type { Entry } from "./contestants.ts";
import type { Result, Work } from "./work.ts";

/** Calls in a round of a contestant that can't stop by the clock. */
const ROUND = { pingPong: 5_000, inFlight: 65_536, floor: 5_000 } as const;

/** What came out of a work; a text if it failed; null if it can't be done. */
export type Outcome = Result | string | null;

/** The server and the client of a contestant, which run. */
export interface Started {
  /** Has the client do something. */
  run(work: Work): Promise<Outcome>;
}

/** Starts the server and the client, tied to their CPUs; both end with the stack. */
export async function start(
  entry: Entry,
  [clientCpu, serverCpu]: readonly [Cpu, Cpu],
  stack: AsyncDisposableStack,
): Promise<Started> {
  switch (entry.kind) {
    case "module": {
      const run = (cpu: Cpu, script: string, ...more: string[]): LineProcess =>
        stack.use(LineProcess.start(cpu, "env", [
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
        ]));
      const server = run(serverCpu, "server_process.ts");
      const address = await server.readLine();
      const client = run(clientCpu, "client_process.ts", address);
      await client.readLine();
      return {
        run: async (work) => JSON.parse(await client.ask(JSON.stringify(work))),
      };
    }
    case "native": {
      const run = (cpu: Cpu, ...args: string[]): LineProcess =>
        stack.use(LineProcess.start(cpu, entry.program, args));
      const server = run(serverCpu, "serve", "tcp://127.0.0.1:0");
      const client = run(clientCpu, "client", await server.readLine());
      await client.readLine();
      return {
        async run({ kind, size, width }) {
          // It has these two only.
          if (kind !== "calls" || size !== 32) return null;
          const line = width === 1
            ? `ping-pong ${ROUND.pingPong}`
            : `in-flight ${ROUND.inFlight} ${width}`;
          const { p50, p99, perSecond } = JSON.parse(await client.ask(line));
          return { ...NOTHING, p50, p99, rate: perSecond };
        },
      };
    }
    case "floor": {
      const run = (cpu: Cpu, ...args: string[]): LineProcess =>
        stack.use(LineProcess.start(cpu, entry.program, args));
      const server = run(serverCpu);
      const client = run(clientCpu, await server.readLine());
      return {
        async run({ kind, size, width }) {
          // It writes a body whole before it reads, so a large one would never end.
          if (kind !== "calls" || width !== 1 || size > 64 * 1024) return null;
          const line = await client.ask(`${ROUND.floor} ${size}`);
          const [p50 = 0, p99 = 0, p999 = 0, rate = 0] = line.split(" ")
            .map(Number);
          return { ...NOTHING, p50, p99, p999, rate };
        },
      };
    }
  }
}

const NOTHING: Result = {
  rate: 0,
  p50: null,
  p99: null,
  p999: null,
  usage: null,
  cpuEach: null,
};
