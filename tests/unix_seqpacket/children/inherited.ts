/** Talks over the socket that it has inherited, as descriptor 3. */
import { FileDescriptor, Peer, UnixSeqpacketTransport } from "../../../mod.ts";

const transport = new UnixSeqpacketTransport(new FileDescriptor(3));
await using peer = Peer.spawn(transport);
await peer.serve({
  1: (_request, body) => `child got ${body.text()}`,
  2: (_request, body) => {
    // What has come goes back, and a pair's other end with it.
    const [mine, theirs] = UnixSeqpacketTransport.socketPair();
    const inner = Peer.spawn(new UnixSeqpacketTransport(mine));
    inner.serve({ 3: () => "from inside" }).finally(() => inner.close());
    return { data: body.data, fds: [...body.fds, theirs] };
  },
});
console.log("served");
