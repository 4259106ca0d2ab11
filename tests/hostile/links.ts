import {
  connect,
  listen,
  MemoryTransport,
  Peer,
  type PeerHandle,
  type PeerOptions,
  type StreamConfig,
} from "../../mod.ts";
import { type Permission, testWith } from "../support/permissions.ts";
import { TempDir } from "../support/files/temp_dir.ts";

/** The options of both ends. */
export type LinkOptions = PeerOptions & StreamConfig;

/** A way to connect two peers of ours. */
export interface Link {
  readonly name: string;
  readonly permission: Permission | null;
  connect(
    options: LinkOptions,
    stack: AsyncDisposableStack,
  ): Promise<[PeerHandle, PeerHandle]>;
}

const memory: Link = {
  name: "memory",
  permission: null,
  connect(options) {
    const [a, b] = MemoryTransport.pair(options);
    return Promise.resolve([Peer.spawn(a, options), Peer.spawn(b, options)]);
  },
};

function tcp(reactor: boolean): Link {
  return {
    name: reactor ? "TCP on the reactor" : "TCP",
    permission: reactor ? "ffi" : "net",
    connect(given, stack) {
      const options = { ...given, reactor };
      const listener = stack.use(listen("tcp://127.0.0.1:0", options));
      const { hostname, port } = listener.addr;
      return Promise.all([
        connect({ transport: "tcp", hostname, port }, options),
        listener.accept(),
      ]);
    },
  };
}

function unix(reactor: boolean): Link {
  return {
    name: reactor ? "Unix on the reactor" : "Unix",
    permission: reactor ? "ffi" : "unix",
    async connect(given, stack) {
      const options = { ...given, reactor };
      const file = stack.use(new TempDir()).file("socket");
      const address = `unix:${file}` as const;
      const listener = stack.use(listen(address, options));
      return await Promise.all([
        connect(address, options),
        listener.accept(),
      ]);
    },
  };
}

/** All ways to connect. */
export const LINKS: readonly Link[] = [
  memory,
  tcp(false),
  unix(false),
  tcp(true),
  unix(true),
];

/** Registers a test of two connected peers, and closes them after it. */
export function testLink(
  { name, permission, connect }: Link,
  title: string,
  options: LinkOptions,
  fn: (a: PeerHandle, b: PeerHandle) => Promise<void>,
): void {
  const full = `${title} (${name})`;
  const run = async (): Promise<void> => {
    await using stack = new AsyncDisposableStack();
    const [a, b] = await connect(options, stack);
    stack.use(a);
    stack.use(b);
    await fn(a, b);
  };
  if (permission === null) Deno.test(full, run);
  else testWith(permission, full, run);
}
