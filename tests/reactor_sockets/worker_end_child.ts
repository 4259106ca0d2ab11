/**
 * Run by worker_end_test.ts in a process of its own, as it counts sockets: ends
 * workers that have a connection and two listeners on the reactor, of which one
 * accepts. Prints as JSON, for each way to end: what the other side saw, how many
 * sockets are left, and which files.
 */
import { tick } from "../../internal/event_loop.ts";
import { listen } from "../../mod.ts";
import { DescriptorTable } from "../../transports/libc/descriptor_table.ts";
import {
  SO_TYPE,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../transports/libc/constants.ts";
import { Libc } from "../../transports/libc/libc.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { openSignalSockets } from "../support/processes/signal_sockets.ts";

openSignalSockets();

const WAYS: Record<string, string> = {
  "self.close()": "self.close();",
  "Deno.exit()": "Deno.exit();",
  "an error": "setTimeout(() => { throw new Error('over'); });",
  "a rejection": "Promise.reject(new Error('over'));",
};

using dir = new TempDir();
const address = `unix:${dir.file("s")}` as const;
using libc = Libc.require("A test");
const table = new DescriptorTable(libc);
await using listener = listen(address);

function sockets(): number {
  const value = new Int32Array(1);
  const length = new Uint32Array([4]);
  const { getsockopt } = libc.symbols;
  return table.open()!.filter((fd) =>
    getsockopt(fd, SOL_SOCKET, SO_TYPE, value, length) === 0 &&
    value[0] === SOCK_STREAM
  ).length;
}

async function run(end: string): Promise<Record<string, unknown>> {
  const before = sockets();
  const code = `
    import { connect, listen } from ${
    JSON.stringify(import.meta.resolve("../../mod.ts"))
  };
    const options = { reactor: true };
    const accepting = listen("unix:${dir.path}/accepting", options);
    accepting.run(() => {});
    const idle = listen("unix:${dir.path}/idle", options);
    const peer = await connect("${address}", options);
    peer.serve({ 1: () => "alive" });
    postMessage("ready");
    onmessage = async () => { ${end} };`;
  const accepting = listener.accept();
  const worker = new Worker(
    `data:text/javascript,${encodeURIComponent(code)}`,
    { type: "module" },
  );
  worker.onerror = (event) => event.preventDefault();
  await new Promise((resolve) => worker.onmessage = resolve);
  const peer = await accepting;
  const answer = (await peer.call(1, "")).text();
  // Its connection, the other end of it, and two listeners; Deno has some, too.
  const open = sockets() - before >= 4;
  worker.postMessage("end");
  const error = await peer.closed;
  worker.terminate();
  for (let turn = 0; turn < 3_000 && sockets() > before; turn++) await tick();
  const names = [...Deno.readDirSync(dir.path)].map(({ name }) => name);
  return {
    answer,
    open,
    seen: error?.code ?? "a clean end",
    left: sockets() - before,
    files: names.filter((name) => name !== "s"),
  };
}

// Deno makes sockets of its own with the first worker, and keeps them.
await run("self.close();");
const outcome: Record<string, unknown> = {};
for (const [name, end] of Object.entries(WAYS)) outcome[name] = await run(end);
console.log(JSON.stringify(outcome));
Deno.exit();
