import {
  connect,
  type PeerHandle,
  SharedRingTransport,
  type StreamBody,
  TcpTransport,
  UnixSeqpacketTransport,
  UnixStreamTransport,
} from "../../../mod.ts";
import { NatsTransport } from "../../../endpoints/nats.ts";
import { TlsTransport } from "../../../endpoints/tls.ts";
import { RawEnd } from "../../../tests/support/raw_end.ts";
import {
  NATS_SERVER,
  NatsServer,
} from "../../../tests/support/servers/nats_server.ts";
import { Ca, whyNoCertificates } from "../../../tests/tls/certificates.ts";
import type { TestTransport } from "../../../tests/support/transport_under_test.ts";
import { openWithWs } from "../../../transports/websocket/open_with_ws.ts";
import { SUBPROTOCOL } from "../../../transports/websocket/subprotocol.ts";

/** A message that says it has 8000 bytes of body, half of a TLS hello, half of a request. */
const HALF_MESSAGE = Uint8Array.of(0x4c, 0x1f, 0, 0, ...new Uint8Array(3996));
const HALF_HELLO = Uint8Array.of(0x16, 3, 1, 1, 0, 1);
const HALF_REQUEST = new TextEncoder().encode("GET /rpc HTTP/1.1\r\nHost: 1");

/** A way to a server that is attacked. */
export interface HostileLink {
  /** Such as `TCP`. */
  readonly name: string;
  /** Where the server listens; a port of 0 is replaced by the one that it got. */
  readonly address: string;
  /** The options of the server besides limits, which can be written as JSON. */
  readonly serverOptions: object;
  /** Connects as everybody does. */
  connect(
    address: string,
    signal: AbortSignal,
  ): Promise<PeerHandle<StreamBody>>;
  /** Connects, and says what it likes. */
  open(address: string): Promise<RawEnd>;
  /** Begins to say something, and says no more. */
  begin(address: string): Promise<Disposable>;
}

/** What makes a link, and how it connects. */
interface Parts {
  readonly options?: object;
  readonly serverOptions?: object;
  transport(address: string): Promise<TestTransport>;
  begin?(address: string): Promise<Disposable>;
}

function link(
  name: string,
  address: string,
  { options = {}, serverOptions = options, transport, begin }: Parts,
): HostileLink {
  const open = async (address: string) => new RawEnd(await transport(address));
  return {
    name,
    address,
    serverOptions,
    open,
    connect: (address, signal) =>
      connect(address, { ...options, signal }) as Promise<
        PeerHandle<StreamBody>
      >,
    begin: begin ?? (async (address) => {
      const raw = await open(address);
      return { [Symbol.dispose]: () => void raw.close() };
    }),
  };
}

/** Connects to a socket of the runtime, and writes some bytes. */
async function say(
  address: string,
  bytes: Uint8Array,
): Promise<Disposable> {
  const conn = address.startsWith("unix:")
    ? await Deno.connect({ transport: "unix", path: address.slice(5) })
    : await Deno.connect({ port: Number(new URL(address).port) });
  await conn.write(bytes);
  return conn;
}

function sockets(name: string, address: string, reactor: boolean): HostileLink {
  const options = reactor ? { reactor } : {};
  return link(name, address, {
    options,
    transport: (address) =>
      address.startsWith("unix:")
        ? UnixStreamTransport.connect(address, options)
        : TcpTransport.connect(address, options),
    begin: (address) => say(address, HALF_MESSAGE),
  });
}

/** All ways to a server whose sockets are in a folder, with what they need, which ends with the stack. */
export async function hostileLinks(
  folder: string,
  stack: AsyncDisposableStack,
): Promise<HostileLink[]> {
  const links = [
    sockets("TCP", "tcp://127.0.0.1:0", false),
    sockets("Unix stream", `unix:${folder}/stream`, false),
    sockets("TCP on the reactor", "tcp://127.0.0.1:0", true),
    sockets("Unix stream on the reactor", `unix:${folder}/reactor`, true),
    link("Unix seqpacket", `unix+seqpacket:${folder}/seqpacket`, {
      transport: (address) => UnixSeqpacketTransport.connect(address),
    }),
    link("shared rings", `unix+shm:${folder}/rings`, {
      transport: (address) => SharedRingTransport.connect(address),
    }),
    link("WebSocket", "ws://127.0.0.1:0/rpc", {
      transport: (address) =>
        openWithWs({
          url: new URL(address),
          offer: [SUBPROTOCOL],
          options: {},
        }),
      begin: (address) => say(address, HALF_REQUEST),
    }),
  ];
  if (whyNoCertificates() === null) {
    const ca = stack.use(await Ca.make());
    const options = { caCerts: [ca.cert] };
    links.push(link("TLS", "tls://127.0.0.1:0", {
      options,
      serverOptions: await ca.sign("server"),
      transport: (address) => TlsTransport.connect(address, options),
      begin: (address) => say(address, HALF_HELLO),
    }));
  }
  if (NATS_SERVER !== null) {
    const server = stack.use(await NatsServer.start());
    links.push(link("NATS", server.address("hostile"), {
      transport: (address) => NatsTransport.connect(address),
    }));
  }
  return links;
}
