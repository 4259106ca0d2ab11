import {
  connect,
  FileDescriptor,
  listen,
  Message,
  MessageHeader,
  UnixBody,
  UnixSeqpacketTransport,
} from "../../mod.ts";
import type {
  BodyInput,
  Credentials,
  Listener,
  PeerHandle,
  StreamBody,
  UnixSeqpacketAddr,
  UnixSeqpacketInfo,
} from "../../mod.ts";
import { accepts, compiles, type Equal, holds } from "./support.ts";

type SeqpacketPeer = PeerHandle<UnixBody, UnixSeqpacketInfo>;

Deno.test("A seqpacket address gives a peer whose bodies have descriptors", () => {
  compiles(async (path = "") => {
    const peers = [
      await connect("unix+seqpacket:/run/cell.sock"),
      await connect("unix+seqpacket:///run/cell.sock"),
      await connect("unix+seqpacket:cell.sock"),
      await connect(`unix+seqpacket:${path}`),
      await connect({ transport: "unix-seqpacket", path: "cell.sock" }),
    ] as const;
    holds<Equal<(typeof peers)[number], SeqpacketPeer>>();
    const { credentials } = peers[0].info;
    holds<Equal<typeof credentials, Credentials | null>>();
    const { body } = await peers[0].call(1, "");
    holds<Equal<typeof body, UnixBody>>();
    holds<Equal<typeof body.fds, FileDescriptor[]>>();
    // @ts-expect-error a Unix socket has no addresses of IP
    return peers[0].info.remoteAddr;
  });
});

Deno.test("Bodies with descriptors compile there, and not on byte streams", () => {
  compiles(async (fd: FileDescriptor) => {
    const body = { data: "text", fds: [fd] };
    const peer = await connect("unix+seqpacket:/run/x");
    await peer.sendStream(1, body);
    await peer.call(1, new UnixBody("text", [fd]));
    const sent = await peer.sendRequest(1, {
      data: new Uint8Array(1),
      fds: [],
    });
    await sent.sendUpdate(1, body);
    await peer.sendStream(1, "text");
    await peer.sendStream(1, { data: "text" });
    // @ts-expect-error a number is no descriptor
    await peer.sendStream(1, { data: "text", fds: [3] });
    // @ts-expect-error descriptors are a list
    await peer.sendStream(1, { data: "text", fds: fd });
    // @ts-expect-error descriptors alone are no body
    await peer.sendStream(1, { fds: [fd] });
    const unix = await connect("unix:/run/x");
    // @ts-expect-error a byte stream carries no descriptors
    await unix.sendStream(1, body);
    const tcp = await connect("localhost:1");
    // @ts-expect-error a byte stream carries no descriptors
    await tcp.call(1, body);
    // @ts-expect-error a byte stream carries no descriptors
    accepts<BodyInput<StreamBody>>(body);
    accepts<BodyInput<UnixBody>>(body);
  });
});

Deno.test("A body of a byte stream can be sent on over seqpacket", () => {
  compiles((body: StreamBody) => accepts<BodyInput<UnixBody>>(body));
  compiles((body: UnixBody) => {
    accepts<BodyInput<UnixBody>>(body);
    accepts<Message<UnixBody>>(new Message(new MessageHeader(0, 1, 2), body));
  });
});

Deno.test("A seqpacket listener has a path, and gives seqpacket peers", () => {
  compiles(async () => {
    const listener = listen("unix+seqpacket:/run/cell.sock", { mode: 0o600 });
    holds<Equal<typeof listener.addr, UnixSeqpacketAddr>>();
    const { path, transport } = listener.addr;
    holds<Equal<typeof path, string>>();
    holds<Equal<typeof transport, "unix-seqpacket">>();
    const peer = await listener.accept();
    holds<Equal<typeof peer, SeqpacketPeer>>();
    const other = listen({ transport: "unix-seqpacket", path: "cell.sock" });
    holds<Equal<typeof other, typeof listener>>();
    accepts<Listener<UnixBody, UnixSeqpacketInfo, UnixSeqpacketAddr>>(listener);
    const again = await connect(listener.addr);
    holds<Equal<typeof again, SeqpacketPeer>>();
    // @ts-expect-error it has no port
    return listener.addr.port;
  });
});

Deno.test("Its limits are options, and authorize is given its info", () => {
  compiles(async () => {
    await connect("unix+seqpacket:/run/x", {
      maxFdsRead: 1,
      maxFdsWrite: undefined,
      maxBodyLenRead: 1,
      endian: "big",
      authorize(info) {
        holds<Equal<typeof info, UnixSeqpacketInfo>>();
        return info.credentials?.uid === 0;
      },
    });
    listen("unix+seqpacket:/run/x", { maxFdsRead: 1, maxFdsWrite: 1 });
    // @ts-expect-error a limit is a number
    await connect("unix+seqpacket:/run/x", { maxFdsRead: "1" });
    // @ts-expect-error the mode of a file is for listen
    await connect("unix+seqpacket:/run/x", { mode: 0o600 });
  });
});

Deno.test("Pairs are two transports, or two descriptors", () => {
  compiles(() => {
    const transports = UnixSeqpacketTransport.pair({ maxFdsRead: 1 });
    holds<
      Equal<typeof transports, [UnixSeqpacketTransport, UnixSeqpacketTransport]>
    >();
    const sockets = UnixSeqpacketTransport.socketPair();
    holds<Equal<typeof sockets, [FileDescriptor, FileDescriptor]>>();
    new UnixSeqpacketTransport(new FileDescriptor(3));
    // @ts-expect-error a number is no descriptor
    return new UnixSeqpacketTransport(3);
  });
});
