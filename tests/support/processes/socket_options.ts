/** What sockets of TCP are set to, asked of the system. Linux alone has what this takes. */

const ESTABLISHED = "01";

/** Options by their level and number: Nagle's algorithm is off, keep-alive is on. */
const OPTIONS = { TCP_NODELAY: [6, 1], SO_KEEPALIVE: [1, 9] } as const;

/** Of the connections of a port: what the sockets on both sides are set to. */
export interface OptionOfSockets {
  /** Those on the port. */
  readonly server: readonly boolean[];
  /** Those that are connected to the port. */
  readonly client: readonly boolean[];
}

/**
 * Whether an option is set, of this process' sockets that have to do with a port of
 * 127.0.0.1, and are connected.
 */
export function optionAt(
  port: number,
  option: keyof typeof OPTIONS,
): OptionOfSockets {
  const server: boolean[] = [];
  const client: boolean[] = [];
  const descriptors = descriptorsByInode();
  const [, ...rows] = Deno.readTextFileSync("/proc/self/net/tcp").split("\n");
  for (const row of rows) {
    const [, local, remote, state, , , , , , inode] = row.trim().split(/\s+/);
    const fd = descriptors.get(`socket:[${inode}]`);
    if (state !== ESTABLISHED || fd === undefined) continue;
    if (portOf(local!) === port) server.push(isSet(fd, option));
    if (portOf(remote!) === port) client.push(isSet(fd, option));
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

function isSet(fd: number, option: keyof typeof OPTIONS): boolean {
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
    const [level, name] = OPTIONS[option];
    if (getsockopt(fd, level, name, value, length) !== 0) {
      throw new Error(`getsockopt of descriptor ${fd} failed`);
    }
    return value[0] !== 0;
  } finally {
    libc.close();
  }
}
