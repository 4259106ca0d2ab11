/** Records that another thread or process rewrites all the time while they are read. */
import { assert } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { datagramKind } from "../../transports/shared_ring/hello.ts";
import { testWith } from "../support/permissions.ts";
import { sized } from "../support/suite/long.ts";
import { type RawMemory, RingScene, SIZE, words } from "./support/raw_rings.ts";
import {
  type Scribbler,
  scribblingProcess,
  scribblingThread,
} from "./support/scribblers.ts";

const CODES = new Set([
  "invalid-message-type",
  "invalid-shared-memory",
  "message-too-short",
]);

type Start = (
  scene: RingScene,
  memory: RawMemory,
  seed: number,
) => Promise<Scribbler>;

const BY: readonly [name: string, start: Start][] = [
  ["a thread", ({ libc }, memory, seed) =>
    scribblingThread(
      memory,
      seed,
      (...args) => libc.ok(libc.symbols.fcntl(...args)),
    )],
  [
    "another process",
    (_scene, { memory }, seed) => scribblingProcess(memory.fd.fd, `${seed}`),
  ],
];

for (const [name, start] of BY) {
  testWith(
    "all",
    `what is read while ${name} rewrites it ends the connection at worst`,
    async () => {
      await using scene = new RingScene();
      const ends = new Set<string | undefined>();
      for (let seed = 1; seed <= sized(5, 12); seed++) {
        const [peer, raw, memory] = await scene.linked({ onError: () => {} });
        await using _scribbler = await start(scene, memory, seed);
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
      }
      // Else nothing was rewritten while it was read.
      assert([...ends].some((code) => code !== undefined), `${[...ends]}`);
    },
  );
}
