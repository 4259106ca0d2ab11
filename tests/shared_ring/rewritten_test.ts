/** Records that another thread rewrites all the time while they are read. */
import { assert } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { CONTROL_LEN } from "../../transports/shared_ring/ring_layout.ts";
import { datagramKind } from "../../transports/shared_ring/hello.ts";
import { ringTest, SIZE, words } from "./support/raw_rings.ts";

const LAST_WORD = CONTROL_LEN / 4 - 1;
const F_DUPFD_CLOEXEC = 1030;
const CODES = new Set([
  "invalid-message-type",
  "invalid-shared-memory",
  "message-too-short",
]);

ringTest(
  "what is read while it is rewritten ends the connection at worst",
  async (scene) => {
    const ends = new Set<string | undefined>();
    for (let seed = 1; seed <= 12; seed++) {
      const [peer, raw, memory] = await scene.linked({ onError: () => {} });
      const all = new Int32Array(memory.memory.bytes.buffer);
      const worker = new Worker(
        new URL("./support/scribbler.ts", import.meta.url),
        { type: "module" },
      );
      const next = (): Promise<unknown> =>
        new Promise((resolve) => worker.onmessage = resolve);
      let heard = next();
      // The worker closes it.
      const { fcntl } = scene.libc.symbols;
      const fd = scene.libc.ok(fcntl(memory.memory.fd.fd, F_DUPFD_CLOEXEC, 0));
      worker.postMessage({ fd, seed });
      await heard;
      let isOver = false;
      const reading = (async () => {
        for await (const message of peer) {
          const body = message.kind === "request"
            ? message.body
            : message.message.body;
          assert(body.data.buffer !== memory.memory.bytes.buffer);
          // A decoder on memory that changes would end the process.
          body.text();
          if (message.kind === "request") message.request[Symbol.dispose]();
        }
      })().catch((error) => {
        assert(error instanceof RpcError && error.fatal, String(error));
      });
      peer.closed.then(() => isOver = true);
      for (let round = 0; !isOver && round < 5000; round++) {
        if (memory.writer.room(SIZE / 2) >= SIZE / 2) {
          memory.writer.add(SIZE / 2);
          memory.writer.publish();
          raw.trySend(words(datagramKind.WAKE));
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      // A length of gigabytes is skipped, and what comes isn't looked at until then.
      if (!isOver) await peer.close();
      const code = (await peer.closed)?.code;
      assert(code === undefined || CODES.has(code), code);
      ends.add(code);
      await reading;
      heard = next();
      Atomics.store(all, LAST_WORD, 1);
      await heard;
      worker.terminate();
    }
    assert(ends.size > 1, `${[...ends]}`);
  },
);
