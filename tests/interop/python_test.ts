/**
 * The protocol in a language without a library: the Python programs were written
 * from docs/protocol.md, and both understand each other in both directions.
 */
import { assert, assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams";
import { connect, type Endian, listen, type PeerHandle } from "../../mod.ts";
import { nextRequest, rejectsWith } from "../support/expect.ts";
import {
  type Permission,
  PERMISSIONS,
  testWith,
} from "../support/permissions.ts";

const ECHO = 1, COUNT = 2, FAIL = 3, JOB = 4;
const HOLD = 5, RELEASE = 6, TALLY = 7, CALL_BACK = 8;
const COUNTED = 10, RUNNING = 11, STOP = 20, SAMPLE = 30;

/** What the client prints; the ids are its own. */
const TRANSCRIPT = [
  ["0: response", "Hello World!"],
  ["1: response", ""],
  ["2: update 10: 1", "2: update 10: 2", "2: update 10: 3"],
  ["2: response", "counted to 3"],
  ["3: error", "zażółć"],
  ["4: error", "no such service"],
  ["5: update 11: expose", "5: response", "stopped: enough"],
  ["6: response", "you said: who is there?"],
  ["7: response", "8192"],
  ["10: response", "9: response", "8: response", "11: response"],
  ["a was held b was held c was held released"],
  ["12: response", "5", "clean end"],
].flat();

/** A Python program of this folder. */
class Python implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  constructor(script: string, address: string, endian: Endian) {
    const path = `${import.meta.dirname}/python/${script}`;
    this.#process = new Deno.Command("python3", {
      args: ["-X", "utf8", path, address, endian],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#lines = this.#process.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .getReader();
  }

  /** The next line, or undefined at the end. */
  async line(): Promise<string | undefined> {
    return (await this.#lines.read()).value;
  }

  /** All lines until it ends, and its exit code. */
  async end(): Promise<[string[], number]> {
    const lines: string[] = [];
    for (let line; (line = await this.line()) !== undefined;) lines.push(line);
    return [lines, (await this.#process.status).code];
  }

  /** Ends it in any case. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch { /* It has ended by itself. */ }
    await this.#lines.cancel();
    await this.#process.status;
  }
}

/** The services of server.py, until the connection ends. */
async function serve(peer: PeerHandle): Promise<void> {
  const held: { end(): Promise<void> }[] = [];
  let samples = 0;
  await peer.serve({
    [ECHO]: (_request, body) => body,
    [COUNT]: async (request, body) => {
      for (let i = 1; i <= Number(body.text()); i++) {
        await request.sendUpdate(COUNTED, String(i));
      }
      return `counted to ${body.text()}`;
    },
    [FAIL]: (request, body) => request.sendErrorResponse(body.text()),
    [JOB]: async (request, body) => {
      await request.sendUpdate(RUNNING, body);
      const update = await request.recvUpdate();
      assertEquals(update?.header.serviceId, STOP);
      return `stopped: ${update?.text()}`;
    },
    [HOLD]: (request, body) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const text = `${body.text()} was held`;
      held.push({
        end: () => request.sendResponse(HOLD, text).then(resolve),
      });
      return promise;
    },
    [RELEASE]: async () => {
      for (const { end } of held.splice(0).reverse()) await end();
      return "released";
    },
    [TALLY]: () => String(samples),
    [CALL_BACK]: async (_request, body) =>
      `you said: ${(await peer.call(ECHO, body)).text()}`,
  }, {
    stream: ({ header }) => {
      assertEquals([header.requestId, header.serviceId], [0, SAMPLE]);
      samples++;
    },
    unknown: (request) => request.sendErrorResponse("no such service"),
  });
}

/** Goes through the services of server.py, as client.py does. */
async function converse(peer: PeerHandle): Promise<void> {
  const call = async (service: number, body: string): Promise<string> =>
    (await peer.call(service, body)).text();
  for (const body of ["Hello World!", "", "x".repeat(8192)]) {
    assertEquals(await call(ECHO, body), body);
  }

  const count = await peer.sendRequest(COUNT, "3");
  const updates: [number, string][] = [];
  for await (const update of count) {
    updates.push([update.header.serviceId, update.text()]);
  }
  assertEquals(updates, [[COUNTED, "1"], [COUNTED, "2"], [COUNTED, "3"]]);
  assertEquals((await count.recvResponse()).text(), "counted to 3");

  for (const [service, text] of [[FAIL, "zażółć"], [99, "no such service"]]) {
    const failed = () => call(Number(service), String(text));
    assertEquals((await rejectsWith("remote-error", failed)).message, text);
  }

  const job = await peer.sendRequest(JOB, "expose");
  assertEquals((await job.recvUpdate())?.text(), "expose");
  await job.sendUpdate(STOP, "enough");
  assertEquals((await job.recvResponse()).text(), "stopped: enough");

  const order: string[] = [];
  const note = async (service: number, body: string): Promise<void> => {
    order.push(await call(service, body));
  };
  await Promise.all([
    ...["a", "b", "c"].map((body) => note(HOLD, body)),
    note(RELEASE, ""),
  ]);
  const reversed = ["c was held", "b was held", "a was held", "released"];
  assertEquals(order, reversed);

  for (let i = 0; i < 5; i++) await peer.sendStream(SAMPLE, String(i));
  assertEquals(await call(TALLY, ""), "5");

  // Its request has id 0 too, and is another one.
  const asking = call(CALL_BACK, "who is there?");
  const { request, body } = await nextRequest(peer);
  assertEquals([request.requestId, request.serviceId], [0, ECHO]);
  await request.sendResponse(ECHO, body);
  assertEquals(await asking, "you said: who is there?");
}

/** The TypeScript side connects to server.py. */
async function toPython(address: string, endian: Endian): Promise<void> {
  await using server = new Python("server.py", address, endian);
  const listening = /^Listening on (.+)$/.exec(await server.line() ?? "");
  assert(listening !== null, "server.py doesn't listen");
  const bound = listening[1]!;
  await using peer = await connect(bound, { endian });
  await converse(peer);
  assertEquals(peer.stats().errors, 0);
  await peer.close();
  assertEquals(await server.line(), "clean end");
}

/** client.py connects to the TypeScript side. */
async function fromPython(address: string, endian: Endian): Promise<void> {
  await using listener = listen(address, { endian });
  const { addr } = listener;
  const bound = addr.transport === "tcp"
    ? `${addr.hostname}:${addr.port}`
    : address;
  await using client = new Python("client.py", bound, endian);
  // A client that fails before it connects ends the wait for it.
  const ended = client.end().finally(() => listener.close());
  await using peer = await listener.accept();
  await serve(peer);
  assertEquals(await ended, [TRANSCRIPT, 0]);
  assertEquals(await peer.closed, null);
  assertEquals(peer.stats().errors, 0);
}

/** Whether there is a Python 3; nothing is asked where it may not be started. */
function hasPython(): boolean {
  if (!PERMISSIONS.run.granted) return false;
  try {
    return new Deno.Command("python3", { args: ["--version"] }).outputSync()
      .success;
  } catch {
    return false;
  }
}

const python = hasPython();

/** Registers a cell of the matrix; `test` gets an address to listen on. */
function cell(
  name: string,
  transport: "TCP" | "Unix stream",
  test: (address: string) => Promise<void>,
): void {
  const needs: Permission[] = ["run", transport === "TCP" ? "net" : "unix"];
  const lacking = needs.find((permission) => !PERMISSIONS[permission].granted);
  if (lacking === undefined && !python) {
    Deno.test({ name: `${name} [needs python3]`, ignore: true, fn() {} });
    return;
  }
  testWith(lacking ?? "run", name, async () => {
    if (transport === "TCP") return await test("127.0.0.1:0");
    const folder = await Deno.makeTempDir();
    try {
      await test(`unix:${folder}/rpc.sock`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

for (const transport of ["TCP", "Unix stream"] as const) {
  for (const endian of ["little", "big"] as const) {
    const where = `over ${transport}, ${endian} endian`;
    cell(
      `a TypeScript client and a Python server, ${where}`,
      transport,
      (address) => toPython(address, endian),
    );
    cell(
      `a Python client and a TypeScript server, ${where}`,
      transport,
      (address) => fromPython(address, endian),
    );
  }
}
