/** Whether Nagle's algorithm is off, asked of the system. Linux alone has what this takes. */

const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const ESTABLISHED = "01";

/** Of the connections of a port: what the sockets on both sides are set to. */
export interface NoDelay {
  /** Those on the port. */
  readonly server: readonly boolean[];
  /** Those that are connected to the port. */
  readonly client: readonly boolean[];
}

/**
 * Asks for `TCP_NODELAY` of this process' sockets that have to do with a port of
 * 127.0.0.1, and are connected.
 */
export function noDelayAt(port: number): NoDelay {
  const server: boolean[] = [];
  const client: boolean[] = [];
  const descriptors = descriptorsByInode();
  const [, ...rows] = Deno.readTextFileSync("/proc/self/net/tcp").split("\n");
  for (const row of rows) {
    const [, local, remote, state, , , , , , inode] = row.trim().split(/\s+/);
    const fd = descriptors.get(`socket:[${inode}]`);
    if (state !== ESTABLISHED || fd === undefined) continue;
    if (portOf(local!) === port) server.push(isNoDelay(fd));
    if (portOf(remote!) === port) client.push(isNoDelay(fd));
  }
  return { server, client };
}

function portOf(address: string): number {
  return parseInt(address.split(":")[1]!, 16);
}

function descriptorsByInode(): Map<string, number> {
  const found = new Map<string, number>();
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      found.set(Deno.readLinkSync(`/proc/self/fd/${name}`), Number(name));
    } catch (error) {
      // That of the folder itself, which is closed by now.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return found;
}

function isNoDelay(fd: number): boolean {
  const libc = Deno.dlopen("libc.so.6", {
    getsockopt: {
      parameters: ["i32", "i32", "i32", "buffer", "buffer"],
      result: "i32",
    },
  });
  try {
    const value = new Int32Array(1);
    const length = new Uint32Array([value.byteLength]);
    const { getsockopt } = libc.symbols;
    if (getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, value, length) !== 0) {
      throw new Error(`getsockopt of descriptor ${fd} failed`);
    }
    return value[0] !== 0;
  } finally {
    libc.close();
  }
}
