import {
  connect,
  type ConnectOptions,
  listen,
  type Listener,
  type ListenOptions,
  MemoryTransport,
  type PeerHandle,
  type StreamBody,
  type StreamConfig,
  StreamTransport,
  TcpTransport,
  type Transport,
  UnixStreamTransport,
} from "../../mod.ts";
import { MemoryAcceptor } from "./memory_acceptor.ts";
import type { Permission } from "./permissions.ts";

/** A transport of any kind: the suite doesn't look at its info. */
export type TestTransport = Transport<StreamBody, unknown>;

/** A listener of any kind, and a way to connect to it. */
export interface TestListener {
  readonly listener: Listener<StreamBody, unknown>;
  connect(options?: ConnectOptions): Promise<PeerHandle<StreamBody, unknown>>;
}

/** One entry of the suite: to add a transport, add one to `TRANSPORTS`. */
export interface TransportUnderTest {
  /** Stands in the name of each test. */
  readonly name: string;
  /** The permission that it needs. */
  readonly permission: Permission | null;
  /** The longest body that it carries, whatever the limits are set to. */
  readonly maxBodyLen: number;
  /** Whether a received body over the limit ends the connection. */
  readonly longBodyIsFatal: boolean;
  /** Makes two linked ends; what the stack holds lives as long as the test. */
  link(
    config: StreamConfig,
    stack: AsyncDisposableStack,
  ): Promise<[TestTransport, TestTransport]>;
  /** Listens; null where there is nothing to listen on. */
  listen:
    | ((
      options: ListenOptions,
      stack: AsyncDisposableStack,
    ) => Promise<TestListener>)
    | null;
}

const BYTE_STREAM = { maxBodyLen: 64 * 1024 * 1024, longBodyIsFatal: true };

function memory(config: StreamConfig): Promise<[TestTransport, TestTransport]> {
  return Promise.resolve(MemoryTransport.pair(config));
}

/** Hides everything but the public interface, the private fast path above all. */
export function publicStreams(transport: TestTransport): TestTransport {
  return {
    readable: transport.readable,
    writable: transport.writable,
    info: transport.info,
    check: (message) => transport.check(message),
    close: () => transport.close(),
  };
}

function overStreams(config: StreamConfig): [TestTransport, TestTransport] {
  // One direction holds chunks back, the other one hands them on at once.
  const there = new TransformStream<Uint8Array<ArrayBuffer>>({}, {}, {
    highWaterMark: 16,
  });
  const back = new TransformStream<Uint8Array<ArrayBuffer>>();
  return [
    new StreamTransport(
      { readable: back.readable, writable: there.writable },
      config,
    ),
    new StreamTransport(
      { readable: there.readable, writable: back.writable },
      config,
    ),
  ];
}

async function socketPath(stack: AsyncDisposableStack): Promise<string> {
  const dir = await Deno.makeTempDir({ prefix: "rpc_" });
  stack.defer(() => Deno.remove(dir, { recursive: true }));
  return `${dir}/s`;
}

function listenOn(address: string, options: ListenOptions): TestListener {
  const listener = listen(address, options);
  const { addr } = listener;
  const target = addr.transport === "unix"
    ? { transport: "unix" as const, path: addr.path }
    : { hostname: "127.0.0.1", port: (addr as Deno.NetAddr).port };
  return { listener, connect: (options) => connect(target, options) };
}

/** All transports that the suite runs over. */
export const TRANSPORTS: readonly TransportUnderTest[] = [
  {
    ...BYTE_STREAM,
    name: "memory",
    permission: null,
    link: memory,
    listen: (options) =>
      Promise.resolve(new MemoryAcceptor(options).listen(options)),
  },
  {
    ...BYTE_STREAM,
    name: "public streams",
    permission: null,
    async link(config) {
      const [left, right] = await memory(config);
      return [publicStreams(left), publicStreams(right)];
    },
    listen: null,
  },
  {
    ...BYTE_STREAM,
    name: "byte streams",
    permission: null,
    link: (config) => Promise.resolve(overStreams(config)),
    listen: null,
  },
  {
    ...BYTE_STREAM,
    name: "TCP",
    permission: "net",
    async link(config) {
      const acceptor = TcpTransport.listen("127.0.0.1:0", config);
      const { hostname, port } = acceptor.addr;
      const ends = await Promise.all([
        TcpTransport.connect({ hostname, port }, config),
        acceptor.accept(),
      ]);
      acceptor.close();
      return ends;
    },
    listen: (options) => Promise.resolve(listenOn("127.0.0.1:0", options)),
  },
  {
    ...BYTE_STREAM,
    name: "Unix stream",
    permission: "unix",
    async link(config, stack) {
      const path = await socketPath(stack);
      const acceptor = UnixStreamTransport.listen(path, config);
      const ends = await Promise.all([
        UnixStreamTransport.connect(path, config),
        acceptor.accept(),
      ]);
      acceptor.close();
      return ends;
    },
    listen: async (options, stack) =>
      listenOn(`unix:${await socketPath(stack)}`, options),
  },
];
