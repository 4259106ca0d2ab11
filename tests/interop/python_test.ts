/**
 * The protocol in a language without a library: the Python programs were written
 * from docs/protocol.md, and both understand each other in both directions.
 */
import { assert, assertEquals } from "@std/assert";
import { connect, type Endian, listen, type PeerHandle } from "../../mod.ts";
import { nextRequest, rejectsWith } from "../support/expect.ts";
import {
  type Permission,
  PERMISSIONS,
  testWith,
} from "../support/permissions.ts";
import { Program } from "./support/program.ts";
import {
  CALL_BACK,
  COUNT,
  COUNTED,
  ECHO,
  FAIL,
  HOLD,
  JOB,
  RELEASE,
  SAMPLE,
  serve,
  STOP,
  TALLY,
} from "./support/services.ts";
import { TempDir } from "../support/files/temp_dir.ts";

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
function python(script: string, address: string, endian: Endian): Program {
  const path = `${import.meta.dirname}/python/${script}`;
  return new Program("python3", ["-X", "utf8", path, address, endian]);
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
  await using server = python("server.py", address, endian);
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
  await using client = python("client.py", bound, endian);
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

const found = hasPython();

/** Registers a cell of the matrix; `test` gets an address to listen on. */
function cell(
  name: string,
  transport: "TCP" | "Unix stream",
  test: (address: string) => Promise<void>,
): void {
  const needs: Permission[] = ["run", transport === "TCP" ? "net" : "unix"];
  const lacking = needs.find((permission) => !PERMISSIONS[permission].granted);
  if (lacking === undefined && !found) {
    Deno.test({ name: `${name} [needs python3]`, ignore: true, fn() {} });
    return;
  }
  testWith(lacking ?? "run", name, async () => {
    if (transport === "TCP") return await test("127.0.0.1:0");
    using folder = new TempDir();
    await test(`unix:${folder.path}/rpc.sock`);
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
