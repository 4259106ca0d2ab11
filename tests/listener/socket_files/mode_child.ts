/**
 * Run by mode_test.ts, in a process of its own: the umask is the process's, and is
 * changed to make a file, or to be looked at.
 */
import { assertEquals, assertThrows } from "@std/assert";
import {
  connect,
  listen,
  Listener,
  SharedRingTransport,
  UnixStreamTransport,
} from "../../../mod.ts";
import { listen as listenUnix } from "../../../endpoints/unix_stream.ts";
import { assertConnects } from "../support.ts";
import { TempDir } from "../../support/files/temp_dir.ts";

/** The kinds of addresses whose sockets have a file. */
const KINDS = ["unix", "unix+seqpacket", "unix+shm"] as const;

const UMASKS = [0o022, 0, 0o077, 0o777];

function kindsAndUmasks(): [(typeof KINDS)[number], number][] {
  return KINDS.flatMap((kind) =>
    UMASKS.map((umask): [(typeof KINDS)[number], number] => [kind, umask])
  );
}

function modeOf(path: string): number {
  return Deno.lstatSync(path).mode! & 0o777;
}

const CASES: Record<string, (dir: TempDir) => Promise<void>> = {
  async exact(dir) {
    for (const [kind, umask] of kindsAndUmasks()) {
      Deno.umask(umask);
      for (const mode of [0o600, 0o660, 0o666, 0o777, 0o700, 0]) {
        const path = dir.file(`${kind}-${umask}-${mode}`);
        await using listener = listen(`${kind}:${path}`, { mode });
        assertEquals(modeOf(path), mode, kind);
        assertEquals(Deno.umask(), umask, "the umask is as it was");
        assertEquals(listener.addr.path, path);
      }
    }
  },
  async default(dir) {
    for (const [kind, umask] of kindsAndUmasks()) {
      Deno.umask(umask);
      const path = dir.file(`${kind}-${umask}`);
      await using _listener = listen(`${kind}:${path}`);
      assertEquals(modeOf(path), 0o777 & ~umask, kind);
    }
  },
  async everywhere(dir) {
    const stale = await dir.stale();
    await using bound = await Listener.bind(UnixStreamTransport, stale, {
      mode: 0o600,
    });
    assertEquals(modeOf(stale), 0o600);
    await assertConnects(bound, () => connect(`unix:${stale}`));
    const path = dir.file("s");
    await using listener = listenUnix(path, { mode: 0o640 });
    assertEquals(modeOf(path), 0o640);
    await assertConnects(listener, () => connect(`unix:${path}`));
    const left = await dir.stale();
    await using rings = await Listener.bind(SharedRingTransport, left, {
      mode: 0o600,
    });
    assertEquals(modeOf(left), 0o600);
    await assertConnects(rings, () => connect(`unix+shm:${left}`));
  },
  async workers(dir) {
    const umask = Deno.umask();
    const script = new URL("mode_worker.ts", import.meta.url);
    const workers = [0o600, 0o666].map((mode) => {
      const worker = new Worker(script, { type: "module" });
      worker.postMessage({ path: dir.file(`${mode}`), mode });
      return worker;
    });
    const modes = await Promise.all(
      workers.map((worker) =>
        new Promise((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
        })
      ),
    );
    assertEquals(modes, [[0o600], [0o666]]);
    assertEquals(Deno.umask(), umask);
    for (const worker of workers) worker.terminate();
  },
  failed(dir) {
    const umask = Deno.umask();
    assertThrows(() => listen(`unix:${dir.file("no/s")}`, { mode: 0o600 }));
    assertEquals(Deno.umask(), umask);
    return Promise.resolve();
  },
};

await using dir = new TempDir();
await CASES[Deno.args[0]!]!(dir);
console.log("done");
