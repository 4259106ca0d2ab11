/** Run by pool_socket_test.ts: maps a frame, says what is in it, and never ends. */
import { connect } from "../../endpoints/unix_seqpacket.ts";
import { SharedMemoryPool } from "../../transports/shared_memory/mod.ts";

const peer = await connect(Deno.args[0]!);
const pool = new SharedMemoryPool(peer);
await peer.serve({
  async 1(request, body) {
    const { bytes } = pool.map(body.fds[0]!);
    await request.sendUpdate(1, `${bytes[0]}`);
    await new Promise(() => {});
  },
});
