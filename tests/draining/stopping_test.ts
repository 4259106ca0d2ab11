/** The server of the guide, in a process of its own, which is told to stop. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { deadline } from "@std/async";
import { connect, type PeerHandle, RpcError } from "../../mod.ts";
import { linesOf } from "../../tools/lines_of.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";

const CHECKOUT = new URL("../../", import.meta.url);
const RECORD = 1;

/** What systemd waits before it kills, in milliseconds, if nothing else is said: `DefaultTimeoutStopSec`. */
const STOP_TIMEOUT = 90_000;

/** The program of the guide; at a port other than its own, which may be in use. */
function serverOfGuide(): { code: string; flags: string[] } {
  const text = Deno.readTextFileSync(new URL("docs/guide.md", CHECKOUT));
  const found =
    /`server.ts`, run\s+by `deno run ([^`]*) server.ts`.*?```ts ignore\n(.*?\n)```\n/s
      .exec(text);
  assert(found !== null, "The guide has no server.ts");
  return {
    flags: found[1]!.replace(":1337", ":0").split(" "),
    code: found[2]!.replace(":1337", ":0"),
  };
}

/** A server in a process, and a client with a request that is open there. */
class Stopping implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #folder: Disposable;

  /** Starts it as `command` says. */
  constructor(
    command: (program: string[]) => { name: string; args: string[] },
    env: Record<string, string> = {},
  ) {
    const folder = this.#folder = new TempDir();
    const { code, flags } = serverOfGuide();
    const links = [CHECKOUT.pathname];
    const path = folder.path;
    Deno.writeTextFileSync(`${path}/deno.json`, JSON.stringify({ links }));
    Deno.writeTextFileSync(`${path}/server.ts`, code);
    const { name, args } = command([
      Deno.execPath(),
      "run",
      "--quiet",
      "--no-prompt",
      ...flags,
      "server.ts",
    ]);
    this.#process = new Deno.Command(name, {
      args,
      env,
      cwd: path,
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#lines = linesOf(this.#process.stdout).getReader();
  }

  /** Connects to it. */
  async connect(): Promise<PeerHandle> {
    const { value = "" } = await this.#lines.read();
    const [, port] = /^Listening on port (\d+)$/.exec(value) ?? [];
    return await connect(`tcp://127.0.0.1:${port}`);
  }

  /** Sends signals to the process alone. */
  signal(...names: Deno.Signal[]): void {
    for (const name of names) this.#process.kill(name);
  }

  /** The lines that are left, and how it ended. */
  async end(): Promise<{ lines: string[]; status: Deno.CommandStatus }> {
    const lines: string[] = [];
    for (;;) {
      const { value } = await this.#lines.read();
      if (value === undefined) break;
      lines.push(value);
    }
    return { lines, status: await this.#process.status };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch (error) {
      // It has ended.
      assert(error instanceof TypeError, `${error}`);
    }
    await this.#lines.cancel();
    await this.#process.status;
    this.#folder[Symbol.dispose]();
  }
}

/** Why a request is refused whose service there isn't. */
async function reasonOfUnknown(client: PeerHandle): Promise<string | null> {
  const error = await assertRejects(() => client.call(99, ""), RpcError);
  assertEquals(error.code, "remote-error", error.message);
  return error.reason ?? null;
}

/** Waits until new requests are refused. */
async function untilDraining(client: PeerHandle): Promise<void> {
  while (await reasonOfUnknown(client) !== "unavailable");
}

/** Has it stopped with a request open, which it must finish before it ends well. */
async function stops(
  server: Stopping,
  signals: Deno.Signal[],
): Promise<void> {
  await using client = await server.connect();
  const recording = await client.sendRequest(RECORD, "");
  // Requests are taken in order: its handler has begun when the next one is answered.
  assertEquals(await reasonOfUnknown(client), "unknown-service");
  server.signal(...signals);
  await untilDraining(client);
  await recording.sendUpdate(10, "stop");
  const response = await recording.recvResponse();
  // After the grace it would be an error response.
  assertEquals([response.isError, response.text()], [false, "the recording"]);
  const { lines, status } = await server.end();
  assertEquals(lines, ["Stopped"]);
  assertEquals(status, { success: true, code: 0, signal: null });
  assertEquals(await client.closed, null);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  testWith(
    "all",
    `the server of the guide finishes its request on ${signal}, and ends with status 0`,
    async () => {
      await using server = new Stopping(([name, ...args]) => ({
        name: name!,
        args,
      }));
      await stops(server, [signal]);
    },
  );
}

testWith(
  "all",
  "under systemd's rules it ends before it would be killed",
  async () => {
    // A session of its own without a terminal, and SIGTERM to the main process,
    // which SIGCONT follows; SIGKILL only when the time is over.
    await using server = new Stopping(
      (program) => ({ name: "setsid", args: program }),
      { INVOCATION_ID: crypto.randomUUID().replaceAll("-", "") },
    );
    await deadline(stops(server, ["SIGTERM", "SIGCONT"]), STOP_TIMEOUT);
  },
);
