import {
  Listener,
  Peer,
  TcpTransport,
  UnixStreamTransport,
} from "../../mod.ts";
import type {
  Incoming,
  NetAddr,
  Outgoing,
  PeerHandle,
  RpcError,
  StreamBody,
  TcpAddr,
  TcpConn,
  TcpInfo,
  TcpListener,
  Transport,
  UnixAddr,
  UnixConn,
  UnixListener,
  UnixStreamInfo,
} from "../../mod.ts";
import { accepts, compiles, type Equal, holds } from "./support.ts";

Deno.test("Peer.connect infers body and info from the transport class", () => {
  compiles(async () => {
    const tcp = await Peer.connect(TcpTransport, "127.0.0.1:1337", {
      maxBodyLenRead: 1,
      stallTimeout: 0,
      signal: AbortSignal.abort(),
      authorize: (info) => holds<Equal<typeof info, TcpInfo>>(),
    });
    holds<Equal<typeof tcp, PeerHandle<StreamBody, TcpInfo>>>();
    const unix = await Peer.connect(UnixStreamTransport, "/run/x");
    holds<Equal<typeof unix, PeerHandle<StreamBody, UnixStreamInfo>>>();
  });
});

Deno.test("Peer.connect takes the addresses and options of its transport only", () => {
  compiles(async () => {
    // @ts-expect-error TCP has no path
    await Peer.connect(TcpTransport, { transport: "unix", path: "/run/x" });
    // @ts-expect-error a Unix socket has no port
    await Peer.connect(UnixStreamTransport, { port: 1337 });
    // @ts-expect-error connecting sets no mode
    await Peer.connect(UnixStreamTransport, "/run/x", { mode: 0o600 });
    // @ts-expect-error no such option
    await Peer.connect(TcpTransport, "127.0.0.1:1", { maxBodyLen: 1 });
  });
});

Deno.test("Listener.bind infers body, info and address from the transport class", () => {
  compiles(async () => {
    const unix = await Listener.bind(UnixStreamTransport, "/run/x", {
      mode: 0o600,
      drainTimeout: 0,
      authorize: (info) => holds<Equal<typeof info, UnixStreamInfo>>(),
    });
    const { path } = unix.addr;
    holds<Equal<typeof path, string>>();
    const peer = await unix.accept();
    holds<Equal<typeof peer, PeerHandle<StreamBody, UnixStreamInfo>>>();

    const tcp = await Listener.bind(TcpTransport, { port: 0 });
    const { port } = tcp.addr;
    holds<Equal<typeof port, number>>();
    const other = await tcp.accept();
    holds<Equal<typeof other, PeerHandle<StreamBody, TcpInfo>>>();
    // @ts-expect-error TCP has no mode
    await Listener.bind(TcpTransport, "127.0.0.1:0", { mode: 0o600 });
  });
});

Deno.test("A Listener of a socket that listens already has its types", () => {
  compiles(async (socket: Deno.TcpListener = Deno.listen({ port: 0 })) => {
    const listener = new Listener(TcpTransport.wrap(socket));
    const peer = await listener.accept();
    holds<Equal<typeof peer, PeerHandle<StreamBody, TcpInfo>>>();
    holds<Equal<(typeof listener)["addr"]["port"], number>>();
  });
});

Deno.test("A transport gives the socket it wraps", () => {
  holds<Equal<TcpTransport["conn"], TcpConn>>();
  holds<Equal<UnixStreamTransport["conn"], UnixConn>>();
  holds<Equal<TcpTransport["info"], TcpInfo>>();
  holds<Equal<UnixStreamTransport["info"], UnixStreamInfo>>();
});

Deno.test("Sockets and addresses of Deno are what is needed, and addresses are Deno's", () => {
  compiles((
    tcp: Deno.TcpConn,
    unix: Deno.UnixConn,
    tcpListener: Deno.TcpListener,
    unixListener: Deno.UnixListener,
    info: TcpInfo,
    addr: TcpAddr,
  ) => {
    accepts<TcpConn>(tcp);
    accepts<UnixConn>(unix);
    accepts<TcpListener>(tcpListener);
    accepts<UnixListener>(unixListener);
    accepts<NetAddr>(tcp.remoteAddr);
    accepts<UnixAddr>(unix.remoteAddr);
    accepts<Deno.NetAddr>(info.remoteAddr);
    accepts<Deno.NetAddr>(addr);
    // @ts-expect-error a Unix socket has no TCP_NODELAY
    accepts<TcpConn>(unix);
  });
});

Deno.test("A transport of one's own needs the five members, and gives its info to the peer", () => {
  class Own implements Transport<StreamBody, "own"> {
    readonly info = "own";
    readonly readable = new ReadableStream<Incoming[]>();
    readonly writable = new WritableStream<Outgoing[]>();
    check(): RpcError | null {
      return null;
    }
    close(): void {}
  }
  compiles(() => {
    const peer = Peer.spawn(new Own());
    holds<Equal<typeof peer, PeerHandle<StreamBody, "own">>>();
    const { handle } = new Peer(new Own(), { stallTimeout: 0 });
    holds<Equal<typeof handle, typeof peer>>();
    const { readable, writable, info } = new Own();
    // @ts-expect-error check and close are missing
    return Peer.spawn({ readable, writable, info });
  });
});

Deno.test("The transports of this library are Transports", () => {
  compiles((tcp: TcpTransport, unix: UnixStreamTransport) => {
    accepts<Transport>(tcp);
    accepts<Transport>(unix);
    accepts<Transport<StreamBody, TcpInfo>>(tcp);
    // @ts-expect-error its info is another
    accepts<Transport<StreamBody, TcpInfo>>(unix);
  });
});
