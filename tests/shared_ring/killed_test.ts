/**
 * The other process is killed, or stopped, at some moment of a heavy traffic. More
 * moments are tried by `KILLS=100`.
 */
import { assert, assertEquals } from "@std/assert";
import { bind, connect, FileDescriptor, RpcError } from "../../mod.ts";
import { Prng } from "../fuzz/prng.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { Child } from "./support/child.ts";
import { KILLS } from "./support/kills.ts";

const OPTIONS = { maxBodyLenRead: 2 ** 21, maxBodyLenWrite: 2 ** 21 };
const CHILD = new URL("./support/killed_child.ts", import.meta.url).href;

/** The codes of a connection that was cut off, or whose other side stands still. */
const CODES = {
  SIGKILL: ["connection-closed", "connection-aborted"],
  SIGSTOP: ["limit-exceeded", "connection-aborted"],
} as const;

/** What is written before a stop is unanswered for ever. */
const WATCHFUL = {
  ...OPTIONS,
  heartbeat: { interval: 100, timeout: 400 },
  stallTimeout: 400,
};

/** Whether an error is one that this signal gives. */
function assertCut(error: unknown, signal: keyof typeof CODES): void {
  assert(error instanceof RpcError, String(error));
  const codes: readonly string[] = CODES[signal];
  assert(codes.includes(error.code), `${error}`);
}

/** Makes calls of all sizes until one fails; what it failed with. */
async function callUntilCut(
  call: (length: number) => Promise<unknown>,
  prng: Prng,
  onAnswer: () => void,
): Promise<unknown> {
  for (;;) {
    const length = prng.oneIn(6) ? prng.int(0, 500_000) : prng.int(0, 300);
    try {
      await call(length);
    } catch (error) {
      return error;
    }
    onAnswer();
  }
}

for (let seed = 1; seed <= KILLS; seed++) {
  for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
    testWith("all", `the server gets ${signal}, seed ${seed}`, async () => {
      using dir = new TempDir();
      const prng = new Prng(seed);
      const path = `${dir.path}/s`;
      await using child = new Child(CHILD, "serve", path);
      await child.line();
      const peer = await connect(`unix+shm:${path}`, WATCHFUL);
      const after = prng.int(1, 150);
      let answers = 0;
      const ends = await Promise.all(
        Array.from({ length: 8 }, () =>
          callUntilCut(
            (length) => peer.call(1, new Uint8Array(length)),
            prng,
            () => {
              if (++answers === after) child.kill(signal);
            },
          )),
      );
      for (const error of ends) assertCut(error, signal);
      await peer.close();
    });
  }

  for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
    testWith("all", `a client gets ${signal}, seed ${seed}`, async () => {
      using dir = new TempDir();
      const prng = new Prng(seed);
      const path = `${dir.path}/s`;
      await using listener = await bind(`unix+shm:${path}`, WATCHFUL);
      await using child = new Child(CHILD, "call", path, `${seed}`);
      const server = await listener.accept();
      let open = 0;
      const after = prng.int(1, 300);
      let requests = 0;
      const serving = server.serve({
        1: (_request, body) => {
          for (const fd of body.fds) assert(fd instanceof FileDescriptor);
          body[Symbol.dispose]();
          if (++requests === after) child.kill(signal);
          return "taken";
        },
        2: async (_request, body) => {
          open++;
          await Promise.resolve();
          open--;
          if (++requests === after) child.kill(signal);
          return body;
        },
      });
      await serving;
      const error = await server.closed;
      if (error !== null || signal === "SIGSTOP") assertCut(error, signal);
      assertEquals(open, 0);
      await server.close();
      assertEquals(server.stats().queuedBytes, 0);
    });
  }
}
