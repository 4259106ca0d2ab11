/** What fails, and how, where there is no Deno. Prints it as JSON. */
import {
  linkSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import {
  bind,
  connect,
  FileDescriptor,
  listen,
  SharedMemory,
  UnixStreamTransport,
} from "@fizyr/rpc";
import { listen as listenUnix } from "@fizyr/rpc/transports/unix-stream";

const folder = mkdtempSync(`${tmpdir()}/rpc_npm_`);
const address = `unix:${folder}/socket`;

/** Name, code and text of what a call throws. */
async function failure(call: () => unknown): Promise<string[]> {
  try {
    await call();
  } catch (error) {
    const { name, code, message } = error as Error & { code?: string };
    return [name, String(code), message.replaceAll(folder, "FOLDER")];
  }
  return ["nothing"];
}

const listener = await bind("tcp://127.0.0.1:0");
const { port } = listener.addr;
const unix = await bind(address, { mode: 0o600 });
const mode = (statSync(`${folder}/socket`).mode & 0o777).toString(8);
writeFileSync(`${folder}/file`, "");

/** A socket file that nobody listens on any more, as after a kill. */
function leaveOver(path: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = createServer();
  server.listen(`${path}.first`, () => {
    linkSync(`${path}.first`, path);
    server.close(() => resolve());
  });
  return promise;
}

/** What a write and a read end with that wait when their side closes. */
async function pending(): Promise<string[][]> {
  const { promise: held, resolve } = Promise.withResolvers<Socket>();
  const server = createServer({ pauseOnConnect: true }, resolve);
  server.listen(`${folder}/held`);
  await once(server, "listening");
  const { conn } = await UnixStreamTransport.connect(`${folder}/held`);
  // The system takes less than that before somebody reads.
  const body = new Uint8Array(1 << 26);
  const written = failure(async () => {
    for (;;) await conn.write(body);
  });
  const read = failure(() => conn.read(new Uint8Array(1)));
  const other = await held;
  conn.close();
  other.destroy();
  server.close();
  return [await written, await read];
}

/** A server that is closed with a client waiting: neither is left alone. */
async function closedListener(): Promise<string[]> {
  const short = await bind("127.0.0.1:0");
  const accepting = failure(() => short.accept());
  short.close();
  return await accepting;
}

await leaveOver(`${folder}/left`);
const failures = {
  listen: await failure(() => listen("tcp://127.0.0.1:0")),
  listenUnix: await failure(() => listenUnix(`${folder}/other`)),
  taken: (await failure(() => bind(`127.0.0.1:${port}`))).slice(0, 2),
  takenUnix: await failure(() => bind(address)),
  file: await failure(() => bind(`unix:${folder}/file`)),
  leftOver: await failure(async () => {
    await (await bind(`unix:${folder}/left`)).shutdown();
  }),
  refused: (await failure(() => connect("127.0.0.1:1"))).slice(0, 2),
  missing: (await failure(() => connect(`unix:${folder}/none`))).slice(0, 2),
  seqpacket: await failure(() => connect(`unix+seqpacket:${folder}/socket`)),
  bindSeqpacket: await failure(() => bind(`unix+seqpacket:${folder}/x`)),
  ring: await failure(() => connect(`unix+shm:${folder}/socket`)),
  bindRing: await failure(() => bind(`unix+shm:${folder}/x`)),
  sharedMemory: await failure(() => SharedMemory.create(4096)),
  descriptor: await failure(() => FileDescriptor.open("/dev/null", "r")),
  aborted: await failure(() =>
    connect(`127.0.0.1:${port}`, { signal: AbortSignal.abort(new Error("no")) })
  ),
  pending: await pending(),
  closedListener: await closedListener(),
};
await listener.shutdown();
await unix.shutdown();
const left = readdirSync(folder);
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ ...failures, mode, left }));
