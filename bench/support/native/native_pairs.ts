import { LineProcess } from "../line_process.ts";
import type { Cpu } from "../pinning.ts";
import { listenAddress, type TransportName } from "../shape.ts";
import type { Sample } from "../stats.ts";

/** Whose library a side of a connection runs; ours on the reactor, if asked. */
export type Side = "native" | "ours" | "reactor";

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

/** What sockets that aren't on the reactor anyway are measured with besides. */
const onReactor: readonly Combination[] = [
  { client: "reactor", server: "reactor" },
  { client: "reactor", server: "native" },
  { client: "native", server: "reactor" },
];

/** What went wrong in a round. */
export interface Failed {
  /** The text of the error. */
  readonly error: string;
}

/** A client process, connected with a server process. */
export interface Pair extends Combination {
  /** Runs one round of a measure. The next round has a new connection if it fails. */
  run(command: string): Promise<Sample | Failed>;
}

/** Where the processes run. */
export interface Cpus {
  /** The CPU of the clients. */
  readonly client: Cpu;
  /** The CPU of the servers. */
  readonly server: Cpu;
}

/** Starts the servers and the clients, and connects them. */
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
      listenAddress(transport, `${folder}/native`),
    ]);
  const nativeServer = stack.use(start());
  const startOurs = async (reactor: boolean): Promise<string> => {
    const place = `${folder}/${reactor ? "reactor" : "ours"}`;
    await Deno.mkdir(place);
    const server = stack.use(LineProcess.startDeno(
      cpus.server,
      new URL("../../server.ts", import.meta.url),
      [
        transport === "tcp" ? transport : `${transport}:${place}`,
        ...(reactor ? ["reactor"] : []),
      ],
    ));
    return JSON.parse(await server.readLine())[transport].serve;
  };
  const hasBoth = transport !== "seqpacket";
  const addresses: Record<Side, string> = {
    native: await nativeServer.readLine(),
    ours: await startOurs(false),
    reactor: hasBoth ? await startOurs(true) : "",
  };
  const pairs: Pair[] = [];
  for (
    const { client, server } of [
      ...combinations,
      ...(hasBoth ? onReactor : []),
    ]
  ) {
    const address = addresses[server];
    const process = stack.use(
      client === "native"
        ? LineProcess.start(cpus.client, native, ["client", address])
        : LineProcess.startDeno(
          cpus.client,
          new URL("../round_client.ts", import.meta.url),
          client === "reactor" ? [address, client] : [address],
        ),
    );
    await process.readLine();
    const run = async (command: string): Promise<Sample | Failed> =>
      JSON.parse(await process.ask(command));
    pairs.push({ client, server, run });
  }
  return pairs;
}
