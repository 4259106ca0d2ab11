import { type Cpu, denoCommand } from "./pinning.ts";
import {
  type Announcement,
  hasPath,
  needsFfi,
  type ServerAddresses,
  type TransportName,
} from "./shape.ts";
import { linesOf } from "../../tools/lines_of.ts";

/** How to start the bench server. */
export interface ServerOptions {
  /** The transports it listens on. */
  readonly transports: readonly TransportName[];
  /** The CPU it is tied to; null or nothing for any. */
  readonly cpu?: Cpu;
  /** Further arguments for `deno run`, such as `--cpu-prof`. */
  readonly denoArgs?: readonly string[];
}

/** The bench server, in a process of its own. */
export class ServerProcess implements AsyncDisposable {
  #child: Deno.ChildProcess;
  #announcement: Announcement;
  #folder: string | null;

  private constructor(
    child: Deno.ChildProcess,
    announcement: Announcement,
    folder: string | null,
  ) {
    this.#child = child;
    this.#announcement = announcement;
    this.#folder = folder;
  }

  /** Starts the server and waits until it listens. */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    const folder = options.transports.some(hasPath)
      ? await Deno.makeTempDir({ prefix: "rpc_bench_" })
      : null;
    const child = denoCommand(options.cpu ?? null, [
      "run",
      "--quiet",
      "--allow-net",
      "--allow-read",
      "--allow-write",
      // The reactor makes no pauses where that says so.
      "--allow-env=DENO_TOKIO_EVENT_INTERVAL",
      ...(options.transports.some(needsFfi) ? ["--allow-ffi"] : []),
      ...options.denoArgs ?? [],
      new URL("../server.ts", import.meta.url).href,
      ...options.transports.map((name) =>
        hasPath(name) ? `${name}:${folder}` : name
      ),
    ], { stdin: "piped", stdout: "piped" }).spawn();
    const lines = linesOf(child.stdout);
    for await (const line of lines) {
      return new ServerProcess(child, JSON.parse(line), folder);
    }
    throw new Error("The bench server ended before it listened");
  }

  /** Its addresses for a transport. */
  addresses(transport: TransportName): ServerAddresses {
    const addresses = this.#announcement[transport];
    if (addresses === undefined) {
      throw new Error(`The bench server doesn't listen on ${transport}`);
    }
    return addresses;
  }

  /** Removes the folder of its sockets. Open connections stay. */
  removeFolder(): void {
    if (this.#folder !== null) {
      Deno.removeSync(this.#folder, { recursive: true });
    }
    this.#folder = null;
  }

  /** Ends it, and waits until it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close();
    await this.#child.status;
    this.removeFolder();
  }
}
