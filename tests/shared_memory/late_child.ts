/**
 * Run by late_test.ts, in a process of its own, as what goes wrong here ends the
 * process: gives memory up in the middle of everything that may still use it.
 * Writes a line of JSON for each way.
 */
import {
  SharedMemory,
  SharedMemoryPool,
} from "../../transports/shared_memory/mod.ts";
import { pipe } from "../descriptor/support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

const SIZE = 16 * 1024 * 1024;

function filled(): SharedMemory {
  const memory = SharedMemory.create(SIZE);
  memory.bytes.fill(1);
  return memory;
}

function said(name: string, result: unknown): void {
  console.log(JSON.stringify({ name, result }));
}

/** Runs something that may end in an error, but must end. */
async function outcome(running: Promise<unknown>): Promise<string> {
  return await running.then(() => "done", (error) => (error as Error).name);
}

using folder = new TempDir();

{
  const memory = filled();
  const { bytes } = memory;
  memory.close();
  let sum = 0;
  for (let i = 0; i < SIZE; i += 512) sum += bytes[i] ?? 0;
  bytes[5] = 3;
  said("views are read and written", [sum, bytes.length]);
}
{
  const memory = filled();
  const digests = [1, 2, 3, 4].map(() =>
    crypto.subtle.digest("SHA-512", memory.bytes)
  );
  memory.close();
  said("digests are under way", await outcome(Promise.all(digests)));
}
{
  const memory = filled();
  const writing = Deno.writeFile(`${folder.path}/file`, memory.bytes);
  memory.close();
  said("a file is being written", await outcome(writing));
}
{
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  const [conn, other] = await Promise.all([
    Deno.connect({ port }),
    listener.accept(),
  ]);
  const memory = filled();
  const writing = conn.write(memory.bytes);
  const reading = other.read(memory.bytes);
  memory.close();
  await outcome(writing);
  await outcome(reading);
  for (const resource of [conn, other, listener]) resource.close();
  said("a socket is being written and read", "done");
}
{
  using ends = pipe();
  const memory = filled();
  const { bytes } = memory;
  const writing = ends.writer.write(bytes);
  memory.close();
  const reading = ends.reader.read(new Uint8Array(SIZE));
  await reading;
  ends.reader.close();
  said("a FileDescriptor is being written", await outcome(writing));
}
{
  using ends = pipe();
  const memory = filled();
  const reading = ends.reader.read(memory.bytes);
  memory.close();
  ends.writer.writeSync(new Uint8Array(100));
  said("a FileDescriptor is being read", await outcome(reading));
}
{
  const memory = filled();
  const response = new Response(memory.bytes);
  const stream = new Blob([memory.bytes]).stream();
  const compressed = new Response(
    stream.pipeThrough(new CompressionStream("gzip")),
  ).arrayBuffer();
  const read = response.arrayBuffer();
  memory.close();
  await outcome(compressed);
  await outcome(read);
  said("streams have it", "done");
}
{
  // As a camera's driver does.
  const library = Deno.dlopen("libc.so.6", {
    memset: {
      parameters: ["buffer", "i32", "usize"],
      result: "void",
      nonblocking: true,
    },
  });
  const memory = SharedMemory.create(SIZE);
  memory.seal();
  const view = SharedMemory.from(memory.fd.dup());
  const filling = [memory, view, memory, view].map(({ bytes }) =>
    library.symbols.memset(bytes, 1, BigInt(SIZE))
  );
  memory.close();
  view.close();
  said("a library fills it", await outcome(Promise.all(filling)));
  library.close();
}
{
  const code = `onmessage = ({ data }) => {
    const bytes = new Uint8Array(data);
    let sum = 0;
    for (let i = 0; i < bytes.length; i += 512) sum += bytes[i];
    bytes.fill(9);
    postMessage([sum, bytes.length, bytes.at(-1)]);
  };`;
  const url = URL.createObjectURL(new Blob([code]));
  const worker = new Worker(url, { type: "module" });
  const memory = filled();
  const { buffer } = memory.bytes;
  const answer = Promise.withResolvers<unknown>();
  worker.onmessage = ({ data }) => answer.resolve(data);
  worker.postMessage(buffer, [buffer]);
  memory.close();
  said("a worker has it", [buffer.detached, await answer.promise]);
  worker.terminate();
  URL.revokeObjectURL(url);
}
{
  const memory = filled();
  const kept = structuredClone(memory.bytes, {
    transfer: [memory.bytes.buffer],
  });
  memory.close();
  said("it was transferred", [kept.at(-1), kept.length]);
}
{
  const closed = Promise.withResolvers<void>();
  const sending = new SharedMemoryPool({ closed: closed.promise });
  const receiving = new SharedMemoryPool({ closed: closed.promise });
  const lease = sending.lend(SIZE);
  lease.bytes.fill(1);
  const view = receiving.map(lease.fd.dup());
  const { bytes } = view;
  const held = lease.bytes;
  const digests = [bytes, held].map((bytes) =>
    crypto.subtle.digest("SHA-512", bytes)
  );
  closed.resolve();
  await closed.promise;
  held[0] = 2;
  bytes[0] = 2;
  said("a pool ends while its memory is in use", [
    held.length,
    bytes.length,
    await outcome(Promise.all(digests)),
  ]);
}
{
  const memory = filled();
  memory.seal();
  const same = SharedMemory.from(memory.fd.dup());
  const { bytes } = same;
  const digest = crypto.subtle.digest("SHA-512", bytes);
  // The range is used again, and again, while the digest is under way.
  for (let i = 0; i < 400; i++) SharedMemory.create(SIZE).close();
  same.close();
  for (let i = 0; i < 100; i++) SharedMemory.create(SIZE).close();
  said("400 others come and go", await outcome(digest));
  memory.close();
}
