import { LineProcess } from "../line_process.ts";
import type { Cpu } from "../pinning.ts";
import type { TransportName } from "../shape.ts";
import type { Sample } from "../stats.ts";

/** Whose library a side of a connection runs. */
export type Side = "native" | "ours";

/** Who is connected with whom. */
export interface Combination {
  /** The one that sends requests. */
  readonly client: Side;
  /** The one that answers. */
  readonly server: Side;
}

/** All combinations. The others are compared with the first one. */
export const combinations: readonly Combination[] = [
  { client: "native", server: "native" },
  { client: "ours", server: "ours" },
  { client: "ours", server: "native" },
  { client: "native", server: "ours" },
];

/** A client process, connected with a server process. */
export interface Pair extends Combination {
  /** Runs one round of a measure. */
  run(command: string): Promise<Sample>;
}

/** Where the processes run. */
export interface Cpus {
  /** The CPU of the clients. */
  readonly client: Cpu;
  /** The CPU of the servers. */
  readonly server: Cpu;
}

/** Starts two servers and four clients, and connects them. */
export async function startPairs(
  native: string,
  transport: TransportName,
  cpus: Cpus,
  stack: AsyncDisposableStack,
): Promise<Pair[]> {
  const folder = await Deno.makeTempDir({ prefix: "rpc_native_" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const start = (): LineProcess =>
    LineProcess.start(cpus.server, native, [
      "serve",
      addressOf(transport, `${folder}/native`),
    ]);
  const nativeServer = stack.use(start());
  const ourServer = stack.use(LineProcess.startDeno(
    cpus.server,
    new URL("../../server.ts", import.meta.url),
    [transport === "tcp" ? transport : `${transport}:${folder}`],
  ));
  const announced = JSON.parse(await ourServer.readLine());
  const addresses = {
    native: await nativeServer.readLine(),
    ours: announced[transport].serve as string,
  };
  const pairs: Pair[] = [];
  for (const { client, server } of combinations) {
    const address = addresses[server];
    const process = stack.use(
      client === "native"
        ? LineProcess.start(cpus.client, native, ["client", address])
        : LineProcess.startDeno(
          cpus.client,
          new URL("../round_client.ts", import.meta.url),
          [address],
        ),
    );
    await process.readLine();
    const run = async (command: string): Promise<Sample> =>
      JSON.parse(await process.ask(command));
    pairs.push({ client, server, run });
  }
  return pairs;
}

function addressOf(transport: TransportName, path: string): string {
  if (transport === "tcp") return "tcp://127.0.0.1:0";
  return transport === "unix" ? `unix:${path}` : `unix+seqpacket:${path}`;
}
