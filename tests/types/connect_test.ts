import { bind, connect, type ConnectOptions } from "../../mod.ts";
import type {
  Address,
  Credentials,
  NatsInfo,
  PeerHandle,
  StreamBody,
  TcpInfo,
  TlsInfo,
  TlsListener,
  UnixBody,
  UnixSeqpacketInfo,
  UnixStreamInfo,
  WebSocketInfo,
} from "../../mod.ts";
import { compiles, type Equal, holds } from "./support.ts";

type TcpPeer = PeerHandle<StreamBody, TcpInfo>;
type UnixPeer = PeerHandle<StreamBody, UnixStreamInfo>;
type AnyPeer = PeerHandle<
  StreamBody | UnixBody,
  | TcpInfo
  | UnixStreamInfo
  | UnixSeqpacketInfo
  | TlsInfo
  | WebSocketInfo
  | NatsInfo
>;

Deno.test("A TCP address gives a peer with the addresses of both ends", () => {
  compiles(async () => {
    const peers = [
      await connect("tcp://localhost:1337"),
      await connect("localhost:1337"),
      await connect("[::1]:1337"),
      await connect({ port: 1337 }),
      await connect({ hostname: "localhost", port: 1337 }),
      await connect({ transport: "tcp", hostname: "::1", port: 1337 }),
    ] as const;
    holds<Equal<(typeof peers)[number], TcpPeer>>();
    holds<Equal<TcpPeer["info"]["remoteAddr"], Deno.NetAddr>>();
    holds<Equal<TcpPeer["info"]["localAddr"], Deno.NetAddr>>();
    // @ts-expect-error TCP knows no credentials
    return peers[0].info.credentials;
  });
});

Deno.test("A Unix address gives a peer with credentials, or null for them", () => {
  compiles(async () => {
    const peers = [
      await connect("unix:/run/cell.sock"),
      await connect("unix:///run/cell.sock"),
      await connect("unix:cell.sock"),
      await connect({ transport: "unix", path: "cell.sock" }),
    ] as const;
    holds<Equal<(typeof peers)[number], UnixPeer>>();
    const { credentials } = peers[0].info;
    holds<Equal<typeof credentials, Credentials | null>>();
    const pid: number | undefined = credentials?.pid;
    // @ts-expect-error the other end may be unknown
    credentials.uid;
    // @ts-expect-error a Unix socket has no port
    return [pid, peers[0].info.remoteAddr];
  });
});

Deno.test("An address whose type says only a part says what follows from it", () => {
  compiles(async (path = "", port = 0) => {
    const unix = await connect(`unix:${path}`);
    holds<Equal<typeof unix, UnixPeer>>();
    const tcp = await connect(`localhost:${port}`);
    holds<Equal<typeof tcp, TcpPeer>>();
  });
});

Deno.test("A plain string gives the union", () => {
  compiles(async (text: string = "") => {
    const peer = await connect(text);
    holds<Equal<typeof peer, AnyPeer>>();
    // @ts-expect-error it may be a Unix socket
    peer.info.remoteAddr;
    if ("transport" in peer.info) {
      holds<Equal<typeof peer.info, WebSocketInfo | NatsInfo>>();
    } else if ("remoteAddr" in peer.info) {
      holds<Equal<typeof peer.info, TcpInfo | TlsInfo>>();
    } else {
      holds<Equal<typeof peer.info, UnixStreamInfo | UnixSeqpacketInfo>>();
    }
  });
});

Deno.test("An address that may be one or the other gives the union", () => {
  compiles(async (local = true, address: Address = { port: 1 }) => {
    const peer = await connect(local ? "unix:/run/x" : "tcp://host:1");
    holds<Equal<(typeof peer)["info"], TcpInfo | UnixStreamInfo>>();
    const other = await connect(address);
    holds<
      Equal<
        (typeof other)["info"],
        TcpInfo | UnixStreamInfo | TlsInfo | WebSocketInfo | NatsInfo
      >
    >();
  });
});

Deno.test("The address of a WebSocket gives a peer that knows its host", () => {
  compiles(async (host: string) => {
    const peer = await connect(`ws://${host}/rpc`, { token: "t" });
    holds<Equal<typeof peer, PeerHandle<StreamBody, WebSocketInfo>>>();
    await connect(`wss://${host}/rpc`, { caCerts: [""], windowBytes: 1 << 20 });
    const listener = await bind("ws://127.0.0.1:0/", {
      authorize: ({ token, origin }) => token === "t" && origin === null,
      allowedOrigins: ["https://app.example"],
    });
    await connect(listener.addr);
    // @ts-expect-error no descriptors go over a WebSocket
    await connect("ws://host/", { maxFdsRead: 1 });
    // @ts-expect-error TCP has no tokens
    return await connect("tcp://host:1", { token: "t" });
  });
});

Deno.test("A TLS address gives a peer that knows the certificate", () => {
  compiles(async (host: string) => {
    const peer = await connect(`tls://${host}`, {
      caCerts: [""],
      alpn: ["a"],
      authorize: ({ certificate }) => certificate?.subject.CN === "server",
    });
    holds<Equal<typeof peer, PeerHandle<StreamBody, TlsInfo>>>();
    const listener = await bind("tls://0.0.0.0:1337", {
      cert: "",
      key: "",
      clientCa: "",
    });
    holds<Equal<typeof listener, TlsListener>>();
    listener.setCertificates({ cert: "", key: "" });
    await connect(listener.addr);
    // @ts-expect-error a server has a certificate
    await bind("tls://0.0.0.0:1337", {});
    // @ts-expect-error it carries no descriptors
    return await connect("tls://host:1", { maxFdsRead: 1 });
  });
});

Deno.test("What is no address doesn't compile", () => {
  compiles(() => {
    // @ts-expect-error a port alone is no address
    connect(1337);
    // @ts-expect-error a host needs a port
    connect({ hostname: "localhost" });
    // @ts-expect-error a port is a number
    connect({ port: "1337" });
    // @ts-expect-error a path needs transport: "unix"
    connect({ path: "/run/cell.sock" });
    // @ts-expect-error a Unix socket needs a path
    connect({ transport: "unix", port: 1337 });
    // @ts-expect-error UDP is no transport
    connect({ transport: "udp", hostname: "localhost", port: 1337 });
    // @ts-expect-error an address is needed
    connect();
    // @ts-expect-error a URL object is no address
    return connect(new URL("tcp://localhost:1337"));
  });
});

Deno.test("authorize is given the info that follows from the address", () => {
  compiles(async (text: string = "") => {
    await connect("tcp://localhost:1", {
      authorize: (info) => holds<Equal<typeof info, TcpInfo>>(),
    });
    await connect("unix:/run/x", {
      authorize(info) {
        holds<Equal<typeof info, UnixStreamInfo>>();
        return info.credentials?.uid === 0;
      },
    });
    await connect(text, {
      authorize(info): Promise<boolean> {
        holds<
          Equal<
            typeof info,
            TcpInfo | UnixStreamInfo | TlsInfo | WebSocketInfo | NatsInfo
          >
        >();
        return Promise.resolve(true);
      },
    });
    // @ts-expect-error the answer is a boolean or nothing
    await connect("unix:/run/x", { authorize: () => "yes" });
  });
});

Deno.test("connect takes its options flat, and any of them may be undefined", () => {
  compiles(async () => {
    await connect("localhost:1", {
      maxBodyLenRead: 1,
      maxBodyLenWrite: 1,
      endian: "big",
      signal: AbortSignal.abort(),
      maxOpenSentRequests: 1,
      stallTimeout: 0,
      closeTimeout: 0,
      onError(error) {
        holds<Equal<typeof error, unknown>>();
      },
    });
    await connect("localhost:1", {
      maxBodyLenRead: undefined,
      endian: undefined,
      signal: undefined,
      authorize: undefined,
      onError: undefined,
    });
    // @ts-expect-error no such option
    await connect("localhost:1", { maxBodyLen: 1 });
    // @ts-expect-error no such byte order
    await connect("localhost:1", { endian: "middle" });
    // @ts-expect-error a limit is a number
    await connect("localhost:1", { maxBodyLenRead: "1" });
    // @ts-expect-error the mode of a file is for listen
    await connect("unix:/run/x", { mode: 0o600 });
  });
});

Deno.test("connect takes no limits of descriptors where none are carried", () => {
  compiles(async (text: string = "", seqpacket: string = "") => {
    // @ts-expect-error a byte stream carries no descriptors
    await connect("unix:/run/x", { maxFdsRead: 1 });
    // @ts-expect-error a byte stream carries no descriptors
    await connect("tcp://localhost:1", { maxFdsWrite: 1 });
    // @ts-expect-error a byte stream carries no descriptors
    await connect("localhost:1", { maxFdsRead: 1 });
    // @ts-expect-error a byte stream carries no descriptors
    await connect({ transport: "unix", path: text }, { maxFdsRead: 1 });
    await connect("unix+seqpacket:/run/x", { maxFdsRead: 1, maxFdsWrite: 1 });
    await connect(`unix+seqpacket:${seqpacket}`, { maxFdsRead: 1 });
    await connect({ transport: "unix-seqpacket", path: text }, {
      maxFdsRead: 1,
    });
    // It may be any of them.
    await connect(text, { maxFdsRead: 1 });
    const options: ConnectOptions = { maxBodyLenRead: 1 };
    await connect("unix:/run/x", options);
  });
});
