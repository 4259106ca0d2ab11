/**
 * A server on a Unix seqpacket socket: reads files that it couldn't open itself,
 * for clients send them open. End it with Ctrl+C. Linux only.
 *
 *     deno run --allow-ffi --allow-read=rpc.sock --allow-write=rpc.sock \
 *       examples/unix_seqpacket_server.ts [PATH]
 *
 * The path is rpc.sock unless given.
 */
import {
  type FileDescriptor,
  listen,
} from "@fizyr/rpc/transports/unix-seqpacket";

/** Takes descriptors of files, and answers with how many lines they have. */
const COUNT_LINES = 1;
const NEWLINE = 10;

await using listener = listen(Deno.args[0] ?? "rpc.sock", {
  mode: 0o600,
  drainTimeout: 1000,
});
Deno.addSignalListener("SIGINT", () => listener.close());
console.log(`Listening on unix+seqpacket:${listener.addr.path}`);

await listener.run(async (peer) => {
  const who = `Process ${peer.info.credentials?.pid}`;
  console.log(`${who} connected`);
  await peer.serve({
    [COUNT_LINES]: (_request, body) => {
      using files = body; // closes what came with the message
      return files.fds.map(countLines).join(" ");
    },
  });
  console.log(`${who} is gone`);
});

function countLines(file: FileDescriptor): number {
  const buffer = new Uint8Array(64 * 1024);
  let lines = 0;
  for (;;) {
    const count = file.readSync(buffer);
    if (count === null) return lines;
    for (const byte of buffer.subarray(0, count)) {
      if (byte === NEWLINE) lines++;
    }
  }
}
