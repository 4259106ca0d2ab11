/**
 * Run by worker_end_test.ts in a process of its own, as it counts descriptors:
 * ends workers that have a connection and a listener. Prints as JSON, for each way
 * to end: what the other side saw, how many descriptors and which files are left.
 */
import { tick } from "../../../internal/event_loop.ts";
import { listen, type PeerHandle, type UnixBody } from "../../../mod.ts";
import { DescriptorTable } from "../../../transports/libc/descriptor_table.ts";
import {
  SO_TYPE,
  SOCK_SEQPACKET,
  SOL_SOCKET,
} from "../../../transports/libc/constants.ts";
import { Libc } from "../../../transports/libc/libc.ts";

/** Each would leave two, of its reactor; the last ones may still be ending. */
const MANY = 10;

const dir = Deno.makeTempDirSync({ prefix: "rpc_" });
const path = `${dir}/s`;
const WAYS: Record<string, string> = {
  "self.close()": "self.close();",
  "Deno.exit()": "Deno.exit();",
  "an error": "setTimeout(() => { throw new Error('over'); });",
  "a rejection": "Promise.reject(new Error('over'));",
  "a prevented error": `
    addEventListener("error", (event) => event.preventDefault());
    await connect("unix+seqpacket:${path}");
    setTimeout(() => { throw new Error('over'); });
    setTimeout(() => postMessage("alive"));`,
};

using libc = Libc.require("A test");
const table = new DescriptorTable(libc);
await using listener = listen(`unix+seqpacket:${path}`);

/** The seqpacket sockets that are open; Deno has descriptors of its own for workers. */
function sockets(): number {
  const value = new Int32Array(1);
  const length = new Uint32Array([4]);
  const { getsockopt } = libc.symbols;
  return table.open()!.filter((fd) =>
    getsockopt(fd, SOL_SOCKET, SO_TYPE, value, length) === 0 &&
    value[0] === SOCK_SEQPACKET
  ).length;
}

/** Turns of the event loop until so many sockets are open; how many more are. */
async function left(count: number): Promise<number> {
  for (let turn = 0; turn < 3_000 && sockets() > count; turn++) await tick();
  return sockets() - count;
}

let workers = 0;

async function run(end: string): Promise<Record<string, unknown>> {
  const before = sockets();
  const code = `
    import { connect, listen } from ${
    JSON.stringify(import.meta.resolve("../../../mod.ts"))
  };
    const listener = listen("unix+seqpacket:${dir}/${++workers}");
    listener.run(() => {});
    const peer = await connect("unix+seqpacket:${path}");
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
  const peer: PeerHandle<UnixBody, unknown> = await accepting;
  const alive = new Promise((resolve) => worker.onmessage = resolve);
  worker.postMessage("end");
  const seen = await Promise.race([
    peer.closed.then((error) => error === null ? "connection-closed" : error),
    alive.then(async () => {
      await peer.call(1, "");
      return "still open";
    }),
  ]);
  await peer.close();
  if (seen === "still open") {
    (await listener.accept()).close();
    worker.postMessage("again");
  }
  worker.terminate();
  // One that was terminated leaves both.
  const more = seen === "still open" ? 0 : await left(before);
  const files = seen === "still open"
    ? []
    : [...Deno.readDirSync(dir)].map(({ name }) => name)
      .filter((name) => name === String(workers));
  return { seen, left: more, files };
}

const outcome: Record<string, unknown> = {};
for (const [name, end] of Object.entries(WAYS)) outcome[name] = await run(end);
const before = table.open()!.length;
for (let i = 0; i < MANY; i++) await run("self.close();");
const grown = table.open()!.length - before;
outcome["many"] = grown < MANY ? "none left" : `${grown} descriptors left`;
Deno.removeSync(dir, { recursive: true });
console.log(JSON.stringify(outcome));
Deno.exit();
