/**
 * Run by worker_end_test.ts in a process of its own, as it counts descriptors:
 * ends workers that have a connection, a listener, a pipe that was received and is
 * being read, a file and shared memory. Prints as JSON, for each way to end: what
 * the other side saw, how many sockets, descriptors and mappings are left, and
 * which files.
 */
import { tick } from "../../../internal/event_loop.ts";
import { listen, type PeerHandle, type UnixBody } from "../../../mod.ts";
import { identityOf } from "../../../transports/descriptor/statx.ts";
import { DescriptorTable } from "../../../transports/libc/descriptor_table.ts";
import {
  SO_TYPE,
  SOCK_SEQPACKET,
  SOL_SOCKET,
} from "../../../transports/libc/constants.ts";
import { Libc } from "../../../transports/libc/libc.ts";
import { pipe } from "../../descriptor/support.ts";
import { sized } from "../../support/suite/long.ts";
import { TempDir } from "../../support/files/temp_dir.ts";

/** Each would leave two, of its reactor; the last ones may still be ending. */
const MANY = sized(4, 10);

using dir = new TempDir();
const path = dir.file("s");
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

/** How many descriptors are open of these files. */
function open(files: readonly string[]): number {
  return table.open()!.filter((fd) => {
    try {
      return files.includes(identityOf(libc, fd));
    } catch (error) {
      // Deno closes what its worker had.
      if (error instanceof Deno.errors.BadResource) return false;
      throw error;
    }
  }).length;
}

/** How often a worker's shared memory is mapped. */
function mappings(worker: number): number {
  const maps = Deno.readTextFileSync("/proc/self/maps");
  return maps.split(`memfd:worker-${worker} `).length - 1;
}

/** Turns of the event loop until a count isn't over `expected`; how much it is. */
async function settle(count: () => number, expected: number): Promise<number> {
  for (let turn = 0; turn < 3_000 && count() > expected; turn++) await tick();
  return count() - expected;
}

/** The source text that names a file of the project in an import. */
function imported(file: string): string {
  return JSON.stringify(import.meta.resolve(`../../../${file}`));
}

let workers = 0;

async function run(end: string): Promise<Record<string, unknown>> {
  const before = sockets();
  const code = `
    import { connect, FileDescriptor, listen } from ${imported("mod.ts")};
    import { SharedMemory } from ${imported("transports/shared_memory/mod.ts")};
    const listener = listen("unix+seqpacket:${dir.path}/${++workers}");
    listener.run(() => {});
    const peer = await connect("unix+seqpacket:${path}");
    const file = FileDescriptor.open("${dir.path}/file-${workers}", "w+");
    const memory = SharedMemory.create(1, { name: "worker-${workers}" });
    peer.serve({
      1: () => "alive",
      2: (_request, { fds: [pipe] }) => {
        pipe.read(new Uint8Array(1)).catch(() => {});
        return JSON.stringify([file.fd, memory.fd.fd, pipe.fd]);
      },
    });
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
  const { reader, writer } = pipe();
  const numbers = (await peer.call(2, { data: "", fds: [reader] })).json();
  reader.close();
  const owned = (numbers as number[]).map((fd) => identityOf(libc, fd));
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
  writer.close();
  // One that was terminated leaves everything.
  if (seen === "still open") {
    return { seen, descriptors: open(owned), mapped: mappings(workers) };
  }
  const names = [...Deno.readDirSync(dir.path)].map(({ name }) => name);
  return {
    seen,
    left: await settle(sockets, before),
    descriptors: await settle(() => open(owned), 0),
    mapped: await settle(() => mappings(workers), 0),
    files: names.filter((name) => name === String(workers)),
  };
}

const outcome: Record<string, unknown> = {};
for (const [name, end] of Object.entries(WAYS)) outcome[name] = await run(end);
const before = table.open()!.length;
for (let i = 0; i < MANY; i++) await run("self.close();");
const grown = table.open()!.length - before;
outcome["many"] = grown < MANY ? "none left" : `${grown} descriptors left`;
console.log(JSON.stringify(outcome));
Deno.exit();
