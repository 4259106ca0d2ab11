import { MemoryTransport, Peer } from "../../mod.ts";
import type {
  Keep,
  KeepOptions,
  MemoryInfo,
  Message,
  PeerCloseHandle,
  PeerHandle,
  PeerReadHandle,
  PeerStats,
  PeerWriteHandle,
  ReceivedMessage,
  ReceivedRequestHandle,
  RpcError,
  SentRequestHandle,
  SignalOptions,
  StreamBody,
  TcpInfo,
  UnixStreamInfo,
  UpdatesOptions,
} from "../../mod.ts";
import { accepts, compiles, type Equal, holds } from "./support.ts";

type TcpPeer = PeerHandle<StreamBody, TcpInfo>;

Deno.test("A peer of known info is a PeerHandle, but not one of other info", () => {
  compiles((peer: TcpPeer) => {
    accepts<PeerHandle>(peer);
    accepts<PeerHandle<StreamBody>>(peer);
    accepts<PeerHandle<StreamBody, TcpInfo | UnixStreamInfo>>(peer);
    // @ts-expect-error its info is another
    accepts<PeerHandle<StreamBody, UnixStreamInfo>>(peer);
    // @ts-expect-error the info of a PeerHandle is unknown
    accepts<TcpPeer>(peer as PeerHandle);
  });
});

Deno.test("The halves of a peer of known info are handles", () => {
  compiles((peer: TcpPeer) => {
    const halves = peer.split();
    const [reader, writer] = halves;
    holds<Equal<typeof reader, PeerReadHandle<StreamBody, TcpInfo>>>();
    holds<Equal<typeof writer, PeerWriteHandle<StreamBody, TcpInfo>>>();
    holds<Equal<(typeof halves)["length"], 2>>();
    accepts<PeerReadHandle>(reader);
    accepts<PeerWriteHandle>(writer);
    accepts<Disposable>(reader);
    accepts<Disposable>(writer);
    const clone = writer.clone();
    holds<Equal<typeof clone, typeof writer>>();
    const same = writer.samePeer(clone);
    holds<Equal<typeof same, boolean>>();
    const closers = [reader.closeHandle(), writer.closeHandle()] as const;
    holds<Equal<(typeof closers)[number], PeerCloseHandle>>();
    // @ts-expect-error the reading half doesn't send
    reader.sendStream(1, "");
    // @ts-expect-error the writing half doesn't receive
    writer.recvMessage();
  });
});

Deno.test("A peer is disposed asynchronously, and its requests synchronously", () => {
  compiles((
    peer: PeerHandle,
    sent: SentRequestHandle,
    received: ReceivedRequestHandle,
  ) => {
    accepts<AsyncDisposable>(peer);
    accepts<Disposable>(sent);
    accepts<Disposable>(received);
    // @ts-expect-error closing takes time
    accepts<Disposable>(peer);
  });
});

Deno.test("ReceivedMessage is narrowed by its kind", () => {
  compiles((message: ReceivedMessage) => {
    // @ts-expect-error a stream message has no request
    message.request;
    // @ts-expect-error a request has no message
    message.message;
    switch (message.kind) {
      case "request":
        holds<Equal<typeof message.request, ReceivedRequestHandle>>();
        holds<Equal<typeof message.body, StreamBody>>();
        // @ts-expect-error a request has no message
        return message.message;
      case "stream":
        holds<Equal<typeof message.message, Message>>();
        // @ts-expect-error a stream message has no request
        return message.request;
      default:
        holds<Equal<typeof message, never>>();
    }
  });
});

Deno.test("What is received has its types", () => {
  compiles(async (peer: PeerHandle) => {
    const message = await peer.recvMessage();
    holds<Equal<typeof message, ReceivedMessage | null>>();
    // @ts-expect-error it is null after a clean end
    message.kind;
    for await (const one of peer) holds<Equal<typeof one, ReceivedMessage>>();

    const request = await peer.sendRequest(1, "");
    holds<Equal<typeof request, SentRequestHandle>>();
    const update = await request.recvUpdate();
    holds<Equal<typeof update, Message | null>>();
    for await (const one of request) holds<Equal<typeof one, Message>>();
    const response = await request.recvResponse();
    holds<Equal<typeof response, Message>>();
    const answer = await peer.call(1, "", { onAbort: { serviceId: 2 } });
    holds<Equal<typeof answer, Message>>();
    const value = answer.json();
    holds<Equal<typeof value, unknown>>();
    const { data } = answer.body;
    holds<Equal<typeof data, Uint8Array<ArrayBuffer>>>();
    const closed = await peer.closed;
    holds<Equal<typeof closed, RpcError | null>>();
    const stats = peer.stats();
    holds<Equal<typeof stats, PeerStats>>();
    type Who = "transport" | "info" | "state" | "reading";
    holds<Equal<PeerStats[Exclude<keyof PeerStats, Who>], number>>();
    const { reading } = stats;
    if (reading.paused) holds<Equal<typeof reading.since, number>>();
  });
});

Deno.test("updates() of both kinds of requests gives messages, and takes keep, onDrop and a signal", () => {
  compiles(async (
    sent: SentRequestHandle,
    received: ReceivedRequestHandle,
    { signal }: AbortController,
  ) => {
    for (const request of [sent, received]) {
      const updates = request.updates({ keep: "latest", signal });
      holds<Equal<typeof updates, AsyncIterableIterator<Message>>>();
      for await (const one of request.updates()) {
        holds<Equal<typeof one, Message>>();
      }
      request.updates({
        keep: 5,
        onDrop: (dropped) => holds<Equal<typeof dropped, number>>(),
      });
      request.updates({ keep: undefined, onDrop: undefined });
      // @ts-expect-error the newest is called "latest"
      request.updates({ keep: "newest" });
      // @ts-expect-error it gets a number, not the update
      request.updates({ keep: 1, onDrop: (update: Message) => update });
    }
  });
  accepts<UpdatesOptions>({ keep: "latest" });
  accepts<KeepOptions["keep"]>(5 satisfies Keep);
  accepts<KeepOptions>({} as UpdatesOptions);
  accepts<SignalOptions>({} as UpdatesOptions);
});

Deno.test("serve's handlers have their types, and return a body or nothing", () => {
  compiles((peer: PeerHandle) =>
    peer.serve({
      1: (request, body, { signal }) => {
        holds<Equal<typeof request, ReceivedRequestHandle>>();
        holds<Equal<typeof body, StreamBody>>();
        holds<Equal<typeof signal, AbortSignal>>();
        return body;
      },
      2: () => {},
      3: async (request) => {
        await request.sendResponse(3, "done");
      },
      4: () => Promise.resolve(new Uint8Array(1)),
      // @ts-expect-error a number is no body
      5: () => 5,
      // @ts-expect-error null is no body
      6: () => Promise.resolve(null),
    }, {
      stream: (message, { signal }) => {
        holds<Equal<typeof message, Message>>();
        holds<Equal<typeof signal, AbortSignal>>();
      },
      unknown: (request) => `No service ${request.serviceId}`,
    })
  );
});

Deno.test("info is read-only, and what there is of it", () => {
  compiles((peer: TcpPeer) => {
    const other = Peer.spawn(MemoryTransport.pair()[0]);
    holds<Equal<(typeof other)["info"], MemoryInfo>>();
    holds<Equal<PeerHandle["info"], unknown>>();
    // @ts-expect-error it isn't set from outside
    peer.info = {
      localAddr: peer.info.localAddr,
      remoteAddr: peer.info.remoteAddr,
    };
    // @ts-expect-error nor is a part of it
    peer.info.localAddr = peer.info.remoteAddr;
  });
});
