/** What infos of transports have, each some of it. */
interface AnyInfo {
  readonly remoteAddr?: AnyAddr | null;
  readonly localAddr?: AnyAddr | null;
  readonly credentials?: { readonly pid: number; readonly uid: number } | null;
}

interface AnyAddr {
  readonly hostname?: string;
  readonly port?: number;
  readonly path?: string;
}

/** Tells who is at the other end of a connection, by what its transport knows. */
export function connectionName(info: unknown): string {
  if (typeof info !== "object" || info === null) return "unknown";
  const { remoteAddr, localAddr, credentials } = info as AnyInfo;
  if (credentials) {
    return `process ${credentials.pid} of user ${credentials.uid}`;
  }
  return addrText(remoteAddr) ?? addrText(localAddr) ?? "unknown";
}

function addrText(addr: AnyAddr | null | undefined): string | null {
  if (!addr) return null;
  const { hostname, port, path } = addr;
  if (hostname !== undefined) {
    return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  }
  return path || null;
}
