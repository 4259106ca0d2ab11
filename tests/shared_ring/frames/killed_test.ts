/**
 * The other process is killed, or stopped, with frames on their way and in use. More
 * moments are tried by `KILLS=100`.
 */
import { assert, assertEquals } from "@std/assert";
import {
  bind,
  RpcError,
  SharedMemoryPool,
  type UnixBody,
} from "../../../mod.ts";
import { Prng } from "../../fuzz/prng.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { testWith } from "../../support/permissions.ts";
import { Child } from "../support/child.ts";
import { KILLS } from "../support/kills.ts";
import { soon } from "./support.ts";

const CHILD = new URL("./killed_child.ts", import.meta.url).href;
const OPTIONS = {
  maxInboxBytes: 2 ** 30,
  heartbeat: { interval: 100, timeout: 400 },
  stallTimeout: 400,
  onError: () => {},
};

const CODES = {
  SIGKILL: ["connection-closed", "connection-aborted"],
  // What stands still is cut off.
  SIGSTOP: ["limit-exceeded", "connection-aborted", "deadline-exceeded"],
} as const;

for (let seed = 1; seed <= KILLS; seed++) {
  for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
    testWith(
      "all",
      `the sender of frames gets ${signal}, seed ${seed}`,
      async () => {
        using dir = new TempDir();
        const prng = new Prng(seed);
        const path = dir.file("s");
        await using listener = await bind(`unix+shm:${path}`, OPTIONS);
        await using child = new Child(CHILD, "send", path, `${seed}`);
        const peer = await soon(listener.accept());
        const after = prng.int(1, 200);
        const held: UnixBody[] = [];
        let count = 0;
        const take = (body: UnixBody): void => {
          assertEquals(body.data.at(-1), body.data[0]);
          held.push(body);
          if (held.length > 3) held.shift()![Symbol.dispose]();
          if (++count === after) child.kill(signal);
        };
        const reading = (async () => {
          for await (const message of peer) {
            if (message.kind === "stream") take(message.message.body);
            else {
              take(message.body);
              await message.request.sendResponse(2, "").catch(() => {});
            }
          }
        })().catch(() => {});
        const error = await soon(peer.closed);
        assert(
          error === null || (CODES[signal] as readonly string[])
            .includes(error.code),
          `${error}`,
        );
        await reading;
        // They stay as they are.
        for (const body of held) {
          assertEquals(body.data.at(-1), body.data[0]);
          body[Symbol.dispose]();
          assertEquals(body.data.length, 0);
        }
        await peer.close();
      },
    );

    testWith(
      "all",
      `the viewer of frames gets ${signal}, seed ${seed}`,
      async () => {
        using dir = new TempDir();
        const prng = new Prng(seed);
        const path = dir.file("s");
        await using listener = await bind(`unix+shm:${path}`, OPTIONS);
        await using child = new Child(CHILD, "view", path, `${seed}`);
        const peer = await soon(listener.accept());
        using pool = new SharedMemoryPool(null, { maxRegions: 4 });
        const after = prng.int(1, 200);
        const ended = peer.closed.then(() => "ended" as const);
        for (let count = 0;; count++) {
          if (count === after) child.kill(signal);
          const waiting = new AbortController();
          const lease = await Promise.race([
            pool.lendWhenFree(2 ** prng.int(16, 20), { signal: waiting.signal })
              .catch(() => "ended" as const),
            ended,
          ]);
          if (lease === "ended") {
            waiting.abort();
            break;
          }
          using frame = lease;
          frame.bytes.fill(count % 256);
          try {
            await peer.sendStream(1, frame);
          } catch (error) {
            assert(error instanceof RpcError, String(error));
            if (error.fatal) break;
          }
        }
        const error = await soon(peer.closed);
        assert(
          error === null || (CODES[signal] as readonly string[])
            .includes(error.code),
          `${error}`,
        );
        await peer.close();
        // Its counts have gone with it.
        assertEquals(pool.stats().lent, 0);
      },
    );
  }
}
