/**
 * A client on a Unix seqpacket socket: opens files and sends them, open, to a
 * server that counts their lines. Linux only.
 *
 *     deno run --allow-ffi --allow-read --allow-write=rpc.sock \
 *       examples/unix_seqpacket_client.ts PATH FILE...
 *
 * The path is that of unix_seqpacket_server.ts.
 */
import { connect, FileDescriptor } from "@fizyr/rpc/transports/unix-seqpacket";

const COUNT_LINES = 1;

const [path = "rpc.sock", ...names] = Deno.args;

await using peer = await connect(path);
console.log(`Connected to process ${peer.info.credentials?.pid}`);
using stack = new DisposableStack();
const fds = names.map((name) => stack.use(FileDescriptor.open(name)));
const response = await peer.call(COUNT_LINES, { data: "", fds });
const counts = response.text().split(" ");
names.forEach((name, i) => console.log(`${name}: ${counts[i]} lines`));
