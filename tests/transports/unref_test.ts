/** `ref` and `unref`: whether an open connection keeps a program alive. */
import { assertEquals } from "@std/assert";
import { connect, listen, MemoryTransport, Peer } from "../../mod.ts";
import { runProgram } from "../support/processes/run_program.ts";
import { testWith } from "../support/permissions.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { linesOf } from "../../tools/lines_of.ts";

const CHILD = new URL("./unref_child.ts", import.meta.url).href;

const run = (...args: string[]): Promise<[number, string]> =>
  runProgram(CHILD, ...args);

testWith(
  "run",
  "a program ends although TCP connections are open and unref'ed",
  async () => {
    const ended = await run("127.0.0.1:0", "peers");
    assertEquals(ended, [0, "end of program\n"]);
  },
);

testWith(
  "all",
  "a program ends although Unix connections are open and unref'ed",
  async () => {
    await using dir = new TempDir();
    const ended = await run(`unix:${dir.file("s")}`, "peers");
    assertEquals(ended, [0, "end of program\n"]);
  },
);

testWith(
  "run",
  "a program with a connection that isn't unref'ed goes on",
  async () => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", CHILD, "127.0.0.1:0", "listener"],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const lines = linesOf(child.stdout).getReader();
    assertEquals((await lines.read()).value, "end of program");
    // Its last line is out, and it is there to be ended: it has not ended itself.
    let status: Deno.CommandStatus | null = null;
    child.status.then((ended) => status = ended);
    for (let i = 0; i < 3; i++) {
      // A whole program comes and goes meanwhile.
      await run("127.0.0.1:0", "peers");
    }
    assertEquals(status, null);
    child.kill("SIGKILL");
    await lines.cancel();
    assertEquals((await child.status).signal, "SIGKILL");
  },
);

testWith("net", "an unref'ed connection works as before", async () => {
  await using listener = listen("127.0.0.1:0");
  listener.unref();
  listener.ref();
  await using client = await connect(listener.addr);
  await using server = await listener.accept();
  client.unref();
  server.unref();
  const serving = server.serve({ 1: (_request, body) => body });
  const calling = client.call(1, "hello");
  client.ref();
  server.ref();
  assertEquals((await calling).text(), "hello");
  await client.close();
  await serving;
});

Deno.test("memory has nothing to ref, and doesn't mind", async () => {
  const [a, b] = MemoryTransport.pair();
  await using left = Peer.spawn(a);
  await using right = Peer.spawn(b);
  left.unref();
  right.unref();
  left.ref();
  await left.sendStream(1, "hello");
  assertEquals((await right.recvMessage())?.kind, "stream");
});
