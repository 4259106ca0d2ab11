import {
  MemoryTransport,
  SharedRingTransport,
  type StreamConfig,
  StreamTransport,
  UnixSeqpacketTransport,
} from "../../mod.ts";
import {
  bind as bindTls,
  connect as connectTls,
  type TlsCertificates,
  type TlsConnectOptions,
  TlsTransport,
} from "../../endpoints/tls.ts";
import { NatsTransport } from "../../endpoints/nats.ts";
import { NatsServer, whyNoNats } from "./servers/nats_server.ts";
import { Ca, whyNoCertificates } from "../tls/certificates.ts";
import { MessagePortTransport } from "../../transports/message_port/mod.ts";
import { MemoryAcceptor } from "./memory_acceptor.ts";
import {
  BYTE_STREAM,
  IN_TURN,
  listenOn,
  socketPath,
} from "./servers/listen_on.ts";
import { REACTOR, tcp, unixStream } from "./servers/sockets.ts";
import {
  linkDenoServe,
  linkWebSockets,
  listenForWebSockets,
} from "./servers/web_sockets.ts";
import type {
  TestTransport,
  TransportUnderTest,
} from "./transport_under_test.ts";

const MIB = 1024 * 1024;

const DATAGRAMS = {
  permission: "ffi",
  // What the send buffer takes on a system as it comes is 212,960 bytes.
  maxBodyLen: 128 * 1024,
  longBodyIsFatal: false,
  headLen: 12,
  capacity: MIB,
  hasConn: false,
  copiesLargeBodies: false,
  disposeEmpties: false,
  lingers: false,
  authorizesFirst: false,
  everyNthTest: IN_TURN,
} as const;

/** Bodies come out of a ring into memory of their own, as out of a byte stream. */
const RINGS = {
  ...DATAGRAMS,
  maxBodyLen: 64 * MIB,
  capacity: 4 * MIB,
  headLen: 16,
  disposeEmpties: true,
} as const;

/** The defaults of a byte stream; those of a seqpacket socket are half of it. */
const BODY_LIMITS = { maxBodyLenRead: 8192, maxBodyLenWrite: 8192 };

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
    ...(transport.toBody && { toBody: (input) => transport.toBody!(input) }),
    close: () => transport.close(),
  };
}

function seqpacketPair(config: StreamConfig): [TestTransport, TestTransport] {
  return UnixSeqpacketTransport.pair({ ...BODY_LIMITS, ...config });
}

function ringPair(config: StreamConfig): [TestTransport, TestTransport] {
  return SharedRingTransport.pair({ ...BODY_LIMITS, ...config });
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

interface Certificates {
  readonly server: TlsCertificates;
  readonly client: Pick<TlsConnectOptions, "cert" | "key" | "caCerts">;
}

async function makeCertificates(): Promise<Certificates> {
  await using ca = await Ca.make();
  const { cert, key } = await ca.sign("both");
  return {
    server: { cert, key, clientCa: ca.cert },
    client: { cert, key, caCerts: [ca.cert] },
  };
}

function tls(): TransportUnderTest {
  let certificates: Certificates | null = null;
  return {
    ...BYTE_STREAM,
    name: "TLS",
    permission: "all",
    missing: whyNoCertificates(),
    lingers: true,
    async before() {
      certificates ??= await makeCertificates();
    },
    async link(config) {
      const { server, client } = certificates!;
      const acceptor = await TlsTransport.listenAsync("tls://127.0.0.1:0", {
        ...config,
        ...server,
      });
      const ends = await Promise.all([
        TlsTransport.connect(acceptor.addr, { ...config, ...client }),
        acceptor.accept(),
      ]);
      await acceptor.close();
      return ends;
    },
    async listen(options) {
      const { server, client } = certificates!;
      const listener = await bindTls("tls://127.0.0.1:0", {
        ...options,
        ...server,
      });
      return {
        listener,
        refusal: Deno.errors.ConnectionRefused,
        connect: (options) =>
          connectTls(listener.addr, { ...options, ...client }),
      };
    },
  };
}

function nats(): TransportUnderTest {
  let server: NatsServer | null = null;
  const newAddress = () => server!.address(`test.${crypto.randomUUID()}`);
  return {
    ...BYTE_STREAM,
    name: "NATS",
    permission: "all",
    missing: whyNoNats(),
    async before() {
      server = await NatsServer.start();
    },
    after: () => server!.kill(),
    async link(config) {
      const address = newAddress();
      const acceptor = await NatsTransport.listenAsync(address, config);
      const ends = await Promise.all([
        NatsTransport.connect(address, config),
        acceptor.accept(),
      ]);
      await acceptor.close();
      return ends;
    },
    listen: (options) =>
      listenOn(newAddress(), options, Deno.errors.ConnectionRefused),
  };
}

/** All transports that the suite runs over. */
export const TRANSPORTS: readonly TransportUnderTest[] = [
  {
    ...BYTE_STREAM,
    name: "memory",
    everyNthTest: 1,
    permission: null,
    link: memory,
    listen: (options) =>
      Promise.resolve(new MemoryAcceptor(options).listen(options)),
  },
  {
    ...BYTE_STREAM,
    name: "public streams",
    permission: null,
    // The Peer sees no framing here, but the header it knows.
    headLen: 12,
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
    // A stream may keep what it is given.
    copiesLargeBodies: true,
    lingers: true,
    link: (config) => Promise.resolve(overStreams(config)),
    listen: null,
  },
  {
    ...BYTE_STREAM,
    name: "message port",
    permission: null,
    link(config) {
      const { port1, port2 } = new MessageChannel();
      return Promise.resolve([
        new MessagePortTransport(port1, config),
        new MessagePortTransport(port2, config),
      ]);
    },
    listen: null,
  },
  tcp({}),
  tcp(REACTOR),
  tls(),
  unixStream({}),
  unixStream(REACTOR),
  {
    ...BYTE_STREAM,
    name: "WebSocket",
    permission: "webSocket",
    authorizesFirst: true,
    link: linkWebSockets,
    listen: listenForWebSockets,
  },
  {
    ...BYTE_STREAM,
    name: "Deno.serve",
    permission: "all",
    link: linkDenoServe,
    listen: null,
  },
  nats(),
  {
    ...DATAGRAMS,
    name: "Unix seqpacket",
    everyNthTest: 2,
    link: (config) => Promise.resolve(seqpacketPair(config)),
    listen: async (options, stack) => {
      const address = `unix+seqpacket:${await socketPath(stack)}`;
      const limited = { ...BODY_LIMITS, ...options };
      return listenOn(address, limited, Deno.errors.NotFound);
    },
  },
  {
    ...DATAGRAMS,
    name: "seqpacket streams",
    // Public streams copy what is below 256 KiB.
    copiesLargeBodies: true,
    link(config) {
      const [left, right] = seqpacketPair(config);
      return Promise.resolve([publicStreams(left), publicStreams(right)]);
    },
    listen: null,
  },
  {
    ...RINGS,
    name: "shared rings",
    everyNthTest: 2,
    link: (config) => Promise.resolve(ringPair(config)),
    listen: async (options, stack) => {
      const address = `unix+shm:${await socketPath(stack)}`;
      const limited = { ...BODY_LIMITS, ...options };
      return listenOn(address, limited, Deno.errors.NotFound);
    },
  },
  {
    ...RINGS,
    name: "shared ring streams",
    headLen: 12,
    link(config) {
      const [left, right] = ringPair(config);
      return Promise.resolve([publicStreams(left), publicStreams(right)]);
    },
    listen: null,
  },
];
