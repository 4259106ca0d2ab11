import { assertEquals } from "@std/assert";
import { encodeSockaddrUn } from "../../transports/unix/socket_path.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import type { Credentials } from "../../transports/unix/credentials.ts";

/** A directory for sockets, and processes in it that are ended with it. */
export class Scene implements AsyncDisposable {
  readonly #dir = new TempDir();
  readonly dir = this.#dir.path;
  readonly #children: Deno.ChildProcess[] = [];

  path(name: string): string {
    return `${this.dir}/${name}`;
  }

  /** A socket file that nobody listens on. */
  stale(): Promise<string> {
    return this.#dir.stale();
  }

  spawn(script: string): Deno.ChildProcess {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", script],
      cwd: this.dir,
      stdout: "piped",
    }).spawn();
    this.#children.push(child);
    return child;
  }

  /** A client that connects, writes its pid, and stays until we close. */
  client(path: string, connections = 1): Deno.ChildProcess {
    return this.spawn(`
      await Promise.all(Array.from({ length: ${connections} }, async () => {
        const conn = await Deno.connect({
          transport: "unix", path: ${JSON.stringify(path)},
        });
        await conn.write(new Uint8Array(new Uint32Array([Deno.pid]).buffer));
        while (await conn.read(new Uint8Array(64)) !== null);
      }));`);
  }

  /** A server that listens on a path, and keeps all connections. */
  async server(path: string): Promise<Deno.ChildProcess> {
    const child = this.spawn(`
      const listener = Deno.listen({
        transport: "unix", path: ${JSON.stringify(path)},
      });
      console.log("listening");
      for await (const conn of listener) conn.read(new Uint8Array(1));`);
    const reader = child.stdout.getReader();
    await reader.read();
    reader.releaseLock();
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) {
      if (!child.stdout.locked) await child.stdout.cancel();
      try {
        child.kill();
      } catch { /* It has ended by itself. */ }
      await child.status;
    }
    this.#dir[Symbol.dispose]();
  }
}

export function listen(path: string): Deno.UnixListener {
  return Deno.listen({ transport: "unix", path });
}

export function connect(path: string): Promise<Deno.UnixConn> {
  return Deno.connect({ transport: "unix", path });
}

export function ours(pid: number): Credentials {
  return { uid: Deno.uid()!, gid: Deno.gid()!, pid };
}

export async function readPid(conn: Deno.Conn): Promise<number> {
  const pid = new Uint8Array(4);
  assertEquals(await conn.read(pid), 4);
  return new Uint32Array(pid.buffer)[0]!;
}

/** A listening socket of C's, as Deno has none of this type or backlog. */
export function libcListener(
  path: string,
  type: number,
  backlog: number,
): Disposable {
  const library = Deno.dlopen("libc.so.6", {
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    listen: { parameters: ["i32", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const { symbols } = library;
  const fd = symbols.socket(1, type, 0);
  const address = encodeSockaddrUn(path);
  assertEquals(symbols.bind(fd, address, address.length), 0);
  assertEquals(symbols.listen(fd, backlog), 0);
  return {
    [Symbol.dispose]() {
      symbols.close(fd);
      library.close();
    },
  };
}
