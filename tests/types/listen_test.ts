import { bind, connect, listen, type ListenOptions } from "../../mod.ts";
import type {
  Listener,
  NatsInfo,
  PeerHandle,
  StreamBody,
  TcpInfo,
  TlsInfo,
  UnixStreamInfo,
  WebSocketInfo,
} from "../../mod.ts";
import { accepts, compiles, type Equal, holds } from "./support.ts";

type TcpPeer = PeerHandle<StreamBody, TcpInfo>;
type UnixPeer = PeerHandle<StreamBody, UnixStreamInfo>;

Deno.test("A TCP listener has a port that is a number, and gives TCP peers", () => {
  compiles(async () => {
    const listener = listen("tcp://127.0.0.1:0");
    const { port, hostname, transport } = listener.addr;
    holds<Equal<typeof port, number>>();
    holds<Equal<typeof hostname, string>>();
    holds<Equal<typeof transport, "tcp">>();
    const peer = await listener.accept();
    holds<Equal<typeof peer, TcpPeer>>();
    for await (const other of listener) {
      holds<Equal<typeof other, TcpPeer>>();
    }
    // @ts-expect-error it has no path
    return listener.addr.path;
  });
});

Deno.test("All forms of a TCP address give the same listener", () => {
  compiles(() => {
    const first = listen("tcp://127.0.0.1:0");
    const others = [
      listen("127.0.0.1:0"),
      listen("[::1]:0"),
      listen({ port: 0 }),
      listen({ transport: "tcp", hostname: "::1", port: 0 }),
    ] as const;
    holds<Equal<(typeof others)[number], typeof first>>();
  });
});

Deno.test("A Unix listener has a path that is a string, and gives Unix peers", () => {
  compiles(async () => {
    const listener = listen("unix:/run/cell.sock", { mode: 0o600 });
    const { path, transport } = listener.addr;
    holds<Equal<typeof path, string>>();
    holds<Equal<typeof transport, "unix">>();
    const peer = await listener.accept();
    holds<Equal<typeof peer, UnixPeer>>();
    const other = listen({ transport: "unix", path: "cell.sock" });
    holds<Equal<typeof other, typeof listener>>();
    // @ts-expect-error it has no port
    return listener.addr.port;
  });
});

Deno.test("A plain string gives a listener of either address", () => {
  compiles(async (text: string = "") => {
    const listener = listen(text);
    // @ts-expect-error it may be a Unix socket
    listener.addr.port;
    if ("port" in listener.addr) {
      const { port } = listener.addr;
      holds<Equal<typeof port, number>>();
    } else {
      const { path } = listener.addr;
      holds<Equal<typeof path, string>>();
    }
    const { info } = await listener.accept();
    holds<
      Equal<
        typeof info,
        TcpInfo | UnixStreamInfo | TlsInfo | WebSocketInfo | NatsInfo
      >
    >();
  });
});

Deno.test("The address of a listener can be connected to as it is", () => {
  compiles(async () => {
    const tcp = await connect(listen("127.0.0.1:0").addr);
    holds<Equal<typeof tcp, TcpPeer>>();
    const unix = await connect(listen("unix:/run/x").addr);
    holds<Equal<typeof unix, UnixPeer>>();
  });
});

Deno.test("bind gives a promise of the listener that listen gives", () => {
  compiles(async (text: string = "") => {
    const tcp = await bind("127.0.0.1:0", { drainTimeout: 0 });
    const listening = listen("127.0.0.1:0");
    holds<Equal<typeof tcp, typeof listening>>();
    const unix = await bind("unix:/run/x", {
      mode: 0o600,
      authorize(info) {
        holds<Equal<typeof info, UnixStreamInfo>>();
      },
    });
    const { path } = unix.addr;
    holds<Equal<typeof path, string>>();
    const any = await bind(text);
    const anyListening = listen(text);
    holds<Equal<typeof any, typeof anyListening>>();
    // @ts-expect-error it is a promise
    return bind("127.0.0.1:0").addr;
  });
});

Deno.test("run gives its handler the peer, and takes any result", () => {
  compiles(async () => {
    const listener = listen("unix:/run/x");
    await listener.run((peer) => {
      holds<Equal<typeof peer, UnixPeer>>();
      return peer.serve({});
    }, { signal: AbortSignal.abort() });
    await listener.run(() => {});
    await listener.run(async (peer) => {
      await peer.recvMessage();
    });
    // @ts-expect-error the handler is needed
    await listener.run();
  });
});

Deno.test("listen's authorize is given the info that follows from the address", () => {
  compiles(() => {
    listen("127.0.0.1:0", {
      authorize: ({ remoteAddr }) => remoteAddr.hostname === "127.0.0.1",
      drainTimeout: 0,
    });
    listen("unix:/run/x", {
      authorize(info) {
        holds<Equal<typeof info, UnixStreamInfo>>();
      },
    });
    // @ts-expect-error TCP knows no credentials
    listen("127.0.0.1:0", { authorize: ({ credentials }) => !!credentials });
    // @ts-expect-error listening ends with close(), not with a signal
    listen("127.0.0.1:0", { signal: AbortSignal.abort() });
    // @ts-expect-error no such option
    return listen("127.0.0.1:0", { backlog: 5 });
  });
});

Deno.test("A listener is disposed asynchronously", () => {
  compiles(() => accepts<AsyncDisposable>(listen("127.0.0.1:0")));
  compiles(() => {
    // @ts-expect-error it can't be disposed synchronously
    accepts<Disposable>(listen("127.0.0.1:0"));
  });
});

Deno.test("Each listener is a Listener", () => {
  compiles((text: string = "") => {
    accepts<Listener>(listen("127.0.0.1:0"));
    accepts<Listener>(listen("unix:/run/x"));
    accepts<Listener>(listen(text));
    accepts<Listener<StreamBody, TcpInfo>>(listen("127.0.0.1:0"));
    // @ts-expect-error a TCP listener is no Unix one
    accepts<Listener<StreamBody, UnixStreamInfo>>(listen("127.0.0.1:0"));
  });
});

Deno.test("listen takes no limits of descriptors where none are carried", () => {
  compiles((text: string = "") => {
    // @ts-expect-error a byte stream carries no descriptors
    listen("unix:/run/x", { maxFdsRead: 1 });
    // @ts-expect-error a byte stream carries no descriptors
    listen("tcp://localhost:1", { maxFdsWrite: 1 });
    listen("unix+seqpacket:/run/x", { maxFdsRead: 1, mode: 0o600 });
    listen(text, { maxFdsRead: 1 });
    const options: ListenOptions = { maxBodyLenRead: 1 };
    listen("unix:/run/x", options);
  });
});
