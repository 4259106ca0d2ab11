/**
 * A program that is killed or stopped: `serve ADDRESS`, or `call ADDRESS`, which
 * makes calls of all sizes, with descriptors now and then, and prints how many are
 * answered, again and again.
 */
import {
  connect,
  type FileDescriptor,
  listen,
  SharedMemory,
} from "../../../mod.ts";
import { Prng } from "../../fuzz/prng.ts";

const OPTIONS = {
  maxBodyLenRead: 2 ** 21,
  maxBodyLenWrite: 2 ** 21,
  ringSize: 65536,
};

const [role, address, seed] = Deno.args;
if (role === "serve") {
  const listener = listen(`unix+shm:${address}`, OPTIONS);
  listener.run((peer) =>
    peer.serve({
      1: (_request, body) => {
        const { length } = body.data;
        body[Symbol.dispose]();
        return `${length}`;
      },
      2: (_request, body) => body,
    })
  );
  console.log("ready");
} else {
  const prng = new Prng(Number(seed));
  const peer = await connect(`unix+shm:${address}`, OPTIONS);
  using memory = SharedMemory.create(4096);
  memory.seal();
  let answered = 0;
  const caller = async (): Promise<void> => {
    for (;;) {
      const length = prng.oneIn(10) ? prng.int(0, 500_000) : prng.int(0, 300);
      const fds: FileDescriptor[] = prng.oneIn(8) ? [memory.fd] : [];
      const data = new Uint8Array(length);
      const { body } = await peer.call(prng.int(1, 2), { data, fds });
      body[Symbol.dispose]();
      if (++answered % 16 === 0) console.log(answered);
    }
  };
  await Promise.all(Array.from({ length: 8 }, caller));
}
