import * as messagePort from "../../transports/message_port/mod.ts";
import * as memory from "../../transports/memory/mod.ts";
import * as stream from "../../transports/stream/mod.ts";
import * as webSocket from "../../endpoints/websocket.ts";
import * as browser from "../../endpoints/websocket_browser.ts";
import * as tcp from "../../endpoints/tcp.ts";
import * as unix from "../../endpoints/unix_stream.ts";
import { createServer } from "node:http";
import { Worker as NodeWorker } from "node:worker_threads";
import { Peer } from "../../peer/mod.ts";
import type {
  PeerHandle,
  StreamBody,
  TcpInfo,
  UnixStreamInfo,
} from "../../mod.ts";
import { compiles, type Equal, holds } from "./support.ts";

Deno.test("./transports/tcp connects and listens on TCP alone, with plain strings too", () => {
  compiles(async (text: string = "") => {
    const peer = await tcp.connect("127.0.0.1:1337");
    holds<Equal<typeof peer, PeerHandle<StreamBody, tcp.TcpInfo>>>();
    const other = await tcp.connect(text, { signal: AbortSignal.abort() });
    holds<Equal<typeof other, typeof peer>>();
    const listener = tcp.listen("127.0.0.1:0", {
      authorize: (info) => holds<Equal<typeof info, tcp.TcpInfo>>(),
    });
    const { port } = listener.addr;
    holds<Equal<typeof port, number>>();
    const accepted = await listener.accept();
    holds<Equal<typeof accepted, typeof peer>>();
    await tcp.connect(listener.addr);
    await tcp.connect({ port: 1337 });
    holds<Equal<tcp.TcpInfo, TcpInfo>>();
    // @ts-expect-error a Unix address has no place here
    await tcp.connect({ transport: "unix", path: "/run/x" });
    // @ts-expect-error TCP has no mode
    tcp.listen("127.0.0.1:0", { mode: 0o600 });
  });
});

Deno.test("./transports/unix-stream connects and listens on Unix sockets alone, by path", () => {
  compiles(async (path: string = "") => {
    const peer = await unix.connect("/run/cell.sock");
    holds<Equal<typeof peer, PeerHandle<StreamBody, unix.UnixStreamInfo>>>();
    const other = await unix.connect(path, { maxBodyLenRead: 1 });
    holds<Equal<typeof other, typeof peer>>();
    const listener = unix.listen("unix:/run/cell.sock", {
      mode: 0o600,
      authorize: ({ credentials }) => credentials?.uid === 0,
    });
    const address = listener.addr.path;
    holds<Equal<typeof address, string>>();
    const accepted = await listener.accept();
    holds<Equal<typeof accepted, typeof peer>>();
    await unix.connect(listener.addr);
    holds<Equal<unix.UnixStreamInfo, UnixStreamInfo>>();
    // @ts-expect-error a TCP address has no place here
    await unix.connect({ port: 1337 });
    // @ts-expect-error connecting sets no mode
    await unix.connect("/run/x", { mode: 0o600 });
  });
});

Deno.test("./transports/memory gives two linked ends", () => {
  compiles(() => {
    const pair = memory.MemoryTransport.pair({ endian: "big" });
    holds<
      Equal<typeof pair, [memory.MemoryTransport, memory.MemoryTransport]>
    >();
    const peer = Peer.spawn(pair[0]);
    holds<Equal<typeof peer, PeerHandle<StreamBody, memory.MemoryInfo>>>();
    // @ts-expect-error an end is had as one of a pair
    return new memory.MemoryTransport();
  });
});

Deno.test("./transports/message-port takes ports and workers", () => {
  compiles((worker: Worker, { port1 }: MessageChannel) => {
    const peer = Peer.spawn(new messagePort.MessagePortTransport(worker));
    holds<
      Equal<typeof peer, PeerHandle<StreamBody, messagePort.MessagePortInfo>>
    >();
    new messagePort.MessagePortTransport(port1, { worker, heartbeat: null });
    new messagePort.MessagePortTransport(new NodeWorker("./worker.ts"));
    peer.sendStream(1, { data: "text", transfer: true });
    // @ts-expect-error it isn't a port
    return new messagePort.MessagePortTransport(new EventTarget());
  });
});

Deno.test("./transports/websocket connects, listens and accepts", () => {
  compiles(async (text: string, request: Request) => {
    const peer = await webSocket.connect("ws://127.0.0.1/", { token: text });
    holds<
      Equal<typeof peer, PeerHandle<StreamBody, webSocket.WebSocketInfo>>
    >();
    const inBrowser = await browser.connect(text, { token: text });
    holds<Equal<typeof inBrowser, typeof peer>>();
    const listener = await webSocket.bind(text, { allowedHosts: ["cell7"] });
    const { port, path } = listener.addr;
    holds<Equal<[typeof port, typeof path], [number, string]>>();
    const accepted = await listener.accept();
    holds<Equal<typeof accepted, typeof peer>>();
    const server = createServer();
    server.on(
      "upgrade",
      (request, socket, head) =>
        webSocket.acceptWebSocketUpgrade(request, socket, head, (peer) => {
          holds<Equal<typeof peer, typeof accepted>>();
        }),
    );
    return await webSocket.acceptWebSocket(request, (peer) => peer.serve({}), {
      remoteAddr: { transport: "tcp", hostname: "10.0.0.1", port: 1 },
    });
  });
});

Deno.test("./transports/stream has the info it is given, or null", () => {
  compiles((streams: stream.ByteStreams = new TransformStream()) => {
    const bare = Peer.spawn(new stream.StreamTransport(streams));
    holds<Equal<typeof bare, PeerHandle<StreamBody, null>>>();
    const info = { cipher: "none" };
    const told = Peer.spawn(new stream.StreamTransport(streams, { info }));
    holds<Equal<(typeof told)["info"], { cipher: string }>>();
    // @ts-expect-error both streams are needed
    new stream.StreamTransport({ readable: streams.readable });
    // @ts-expect-error they are streams of bytes
    return new stream.StreamTransport(new TransformStream<string, string>());
  });
});
