/**
 * Run by file_removal_test.ts in a process of its own: listens on a path, accepts,
 * goes to another directory or replaces the file, and closes the listener. Prints
 * how that ended, and ends by itself.
 */
import {
  SharedRingTransport,
  UnixSeqpacketTransport,
  UnixStreamTransport,
} from "../../../mod.ts";

const [kind, path, directory, replace] = Deno.args as [
  string,
  string,
  string?,
  string?,
];
const acceptor = kind === "seqpacket"
  ? UnixSeqpacketTransport.listen(path)
  : kind === "rings"
  ? SharedRingTransport.listen(path)
  : kind === "wrapped"
  ? UnixStreamTransport.wrap(Deno.listen({ transport: "unix", path }))
  : UnixStreamTransport.listen(path);
const accepting = acceptor.accept().catch(() => {});
if (directory) Deno.chdir(directory);
if (replace) {
  Deno.removeSync(path);
  Deno.writeTextFileSync(path, "text");
}
try {
  await acceptor.close();
  console.log("closed");
} catch (error) {
  console.log((error as Error).message);
}
await accepting;
