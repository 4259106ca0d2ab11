import { findProgram } from "../processes/find_program.ts";
import { PERMISSIONS, testUnless } from "../permissions.ts";

/** A program that runs only as long as the thread that has started it, where there is one. */
const SETPRIV = findProgram("setpriv");

/**
 * The path of `nats-server`: by the variable `NATS_SERVER`, or on PATH, or where Debian
 * puts it. Null where there is none, or nothing may be run.
 */
export const NATS_SERVER: string | null = findProgram(
  "nats-server",
  PERMISSIONS.all.granted ? Deno.env.get("NATS_SERVER") : undefined,
);

/** Why there is no server of NATS: null if there can be one. */
export function whyNoNats(): string | null {
  if (NATS_SERVER !== null) return null;
  return PERMISSIONS.all.granted
    ? "nats-server on PATH or in NATS_SERVER"
    : PERMISSIONS.all.flag;
}

/** Registers a test that takes `nats-server`; where it is missing, the name says so. */
export function testWithNats(
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  testUnless(whyNoNats(), name, fn);
}

/** How a server of NATS is started. */
export interface NatsServerOptions {
  /** The port for clients; a free one by default. */
  readonly port?: number;
  /** Whether it is to be a node of a cluster, and the port for other nodes. */
  readonly cluster?: number | boolean;
  /** Other nodes of the cluster: ports on loopback, or host and port. */
  readonly routes?: readonly (number | string)[];
  /** Further arguments. */
  readonly args?: readonly string[];
  /** The address that it listens on. Default: 127.0.0.1. */
  readonly hostname?: string;
  /** The command that it is an argument of, such as one that enters a namespace. */
  readonly inside?: readonly string[];
}

/** A server of NATS on loopback; it ends with its dispose. */
export class NatsServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: Promise<void>;
  /** The address that it listens on. */
  readonly hostname: string;
  /** The port for clients. */
  readonly port: number;
  /** The port for other nodes of a cluster; 0 where there is none. */
  readonly clusterPort: number;

  private constructor(
    child: Deno.ChildProcess,
    lines: Promise<void>,
    hostname: string,
    port: number,
    clusterPort: number,
  ) {
    this.#child = child;
    this.#lines = lines;
    this.hostname = hostname;
    this.port = port;
    this.clusterPort = clusterPort;
  }

  /** Starts a server, and waits until it is ready. */
  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const { port = -1, cluster = false, routes = [], args = [] } = options;
    const { hostname = "127.0.0.1", inside = [] } = options;
    const command = [...inside, NATS_SERVER!, "-a", hostname, "-p", `${port}`];
    if (cluster !== false) {
      const own = cluster === true ? -1 : cluster;
      command.push("--cluster_name", "test");
      command.push("--cluster", `nats://${hostname}:${own}`);
    }
    if (routes.length > 0) {
      const urls = routes.map((node) =>
        `nats://${typeof node === "string" ? node : `127.0.0.1:${node}`}`
      );
      command.push("--routes", urls.join(","));
    }
    command.push(...args);
    if (SETPRIV !== null) command.unshift(SETPRIV, "--pdeathsig", "KILL");
    const [program, ...rest] = command;
    const child = new Deno.Command(program!, {
      args: rest,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const ready = Promise.withResolvers<[number, number]>();
    const lines = readLog(child.stderr, ready, cluster !== false);
    const [clientPort, clusterPort] = await ready.promise;
    return new NatsServer(child, lines, hostname, clientPort, clusterPort);
  }

  /** Where clients connect, as host and port. */
  get host(): string {
    return `${this.hostname}:${this.port}`;
  }

  /** The address of a subject on this server. */
  address(subject: string): `nats://${string}` {
    return `nats://${this.host}/${subject}`;
  }

  /** Sends it a signal. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Ends it at once, and waits for that. */
  async kill(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#lines;
    await this.#child.status;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

/** Starts a cluster of nodes that all know each other. */
export async function startCluster(
  size: number,
  stack: AsyncDisposableStack,
): Promise<NatsServer[]> {
  const nodes: NatsServer[] = [];
  for (let i = 0; i < size; i++) {
    const routes = nodes.map(({ clusterPort }) => clusterPort);
    const node = await NatsServer.start({ cluster: true, routes });
    nodes.push(stack.use(node));
  }
  return nodes;
}

async function readLog(
  stderr: ReadableStream<Uint8Array<ArrayBuffer>>,
  ready: PromiseWithResolvers<[number, number]>,
  isNode: boolean,
): Promise<void> {
  let port = 0, clusterPort = 0, log = "", rest = "", isReady = false;
  for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      log += `${line}\n`;
      const [, kind, found] =
        /Listening for (client|route) connections on \S+:(\d+)/
          .exec(line) ?? [];
      if (kind === "client") port = Number(found);
      if (kind === "route") clusterPort = Number(found);
      if (/Server is ready/.test(line)) isReady = true;
      // A node listens for others a moment later.
      if (isReady && (clusterPort > 0 || !isNode)) {
        ready.resolve([port, clusterPort]);
      }
    }
  }
  ready.reject(new Error(`nats-server has ended:\n${log}`));
}
