/** Interfaces over Unix seqpacket: descriptors arrive, and none is left open. */
import { assert, assertEquals } from "@std/assert";
import {
  body,
  bytes,
  defineInterface,
  type HandlersOf,
  peerBody,
} from "../../../interface/mod.ts";
import {
  type FileDescriptor,
  Peer,
  type PeerHandle,
  UnixBody,
  UnixSeqpacketTransport,
} from "../../../mod.ts";
import { ended, pipe } from "../../descriptor/support.ts";
import { rejectsWith } from "../../support/expect.ts";
import { testWith } from "../../support/permissions.ts";

const Files = defineInterface({
  name: "Files",
  services: {
    copy: {
      id: 1,
      request: peerBody<UnixBody>(),
      response: peerBody<UnixBody>(),
      requestUpdates: { more: { id: 1, body: peerBody<UnixBody>() } },
      responseUpdates: { part: { id: 1, body: peerBody<UnixBody>() } },
    },
    size: { id: 2, request: body<string>(), response: body<number>() },
    hash: { id: 3, request: bytes, response: bytes },
    nothing: { id: 4 },
  },
  streams: {
    log: { id: 1, body: peerBody<UnixBody>() },
    note: { id: 2, body: body<string>() },
  },
});

type UnixPeer = PeerHandle<UnixBody>;

/** Two connected peers; their errors go nowhere unless a test looks at them. */
function pair(
  onError: (error: unknown) => void = () => {},
): [UnixPeer, UnixPeer] & AsyncDisposable {
  const [left, right] = UnixSeqpacketTransport.pair();
  const peers: [UnixPeer, UnixPeer] = [
    Peer.spawn(left, { onError }),
    Peer.spawn(right, { onError }),
  ];
  return Object.assign(peers, {
    async [Symbol.asyncDispose]() {
      await Promise.all(peers.map((peer) => peer.close()));
    },
  });
}

const handlers: HandlersOf<typeof Files> = {
  copy: (body) => body,
  size: (text) => text.length,
  hash: (data) => data,
  nothing: () => {},
  log: () => {},
  note: () => {},
};

testWith(
  "ffi",
  "descriptors go with requests, updates, responses and streams",
  async () => {
    await using peers = pair();
    const [client, server] = peers;
    const logged = Promise.withResolvers<UnixBody>();
    Files.serve(server, {
      ...handlers,
      copy: async function* (request) {
        yield { name: "part", body: { data: "part", fds: request.fds } };
        for (const fd of request.fds) fd.close();
        return "no descriptors here";
      },
      log: logged.resolve,
    });
    const files = Files.client(client);
    using both = pipe();
    const copying = await files.copy({ data: "copy", fds: [both.writer] });
    both.writer.close();
    const updates = await Array.fromAsync(copying.updates());
    using part = updates[0]!.body;
    assertEquals([part.text(), part.fds.length], ["part", 1]);
    await part.fds[0]!.write(new Uint8Array([7]));
    const read = new Uint8Array(1);
    assertEquals([await both.reader.read(read), read[0]], [1, 7]);
    using response = await copying.response();
    assert(response instanceof UnixBody);
    assertEquals([response.text(), response.fds], ["no descriptors here", []]);
    await files.log({ data: "log", fds: [both.reader] });
    using log = await logged.promise;
    assertEquals(log.fds.length, 1);
  },
);

testWith("ffi", "descriptors that nobody asked for are closed", async () => {
  const sends: [
    string,
    (
      client: UnixPeer,
      body: { data: string; fds: FileDescriptor[] },
    ) => Promise<unknown>,
  ][] = [
    [
      "a valid request",
      (client, body) => client.call(2, { ...body, data: '"x"' }),
    ],
    ["plain bytes", (client, body) => client.call(3, body)],
    ["nothing", (client, body) => client.call(4, { ...body, data: "null" })],
    ["nothing at all", (client, body) => client.call(4, { ...body, data: "" })],
    [
      "a valid stream message",
      (client, body) => client.sendStream(2, { ...body, data: '"x"' }),
    ],
    [
      "an invalid request",
      (client, body) => rejectsWith("remote-error", () => client.call(2, body)),
    ],
    [
      "an unknown service",
      (client, body) =>
        rejectsWith("remote-error", () => client.call(99, body)),
    ],
    ["an invalid stream message", (client, body) => client.sendStream(2, body)],
    [
      "an unknown stream message",
      (client, body) => client.sendStream(99, body),
    ],
    ["an invalid update", async (client, body) => {
      const request = await client.sendRequest(1, "");
      await request.sendUpdate(99, body);
      assert((await request.recvResponse()).isError);
    }],
  ];
  for (const [what, send] of sends) {
    await using peers = pair();
    const [client, server] = peers;
    Files.serve(server, {
      ...handlers,
      copy: async (_, request) => {
        await Array.fromAsync(request.updates());
        return "";
      },
    });
    using both = pipe();
    await send(client, { data: what, fds: [both.writer] });
    both.writer.close();
    assert(await ended(both.reader), what);
  }
});

testWith(
  "ffi",
  "descriptors of responses and updates that are invalid are closed",
  async () => {
    await using peers = pair();
    const [client, server] = peers;
    using first = pipe();
    using second = pipe();
    server.serve({
      1: async (request) => {
        await request.sendUpdate(99, { data: "?", fds: [first.writer] });
        return "";
      },
      2: () => ({ data: "?", fds: [second.writer] }),
    });
    const files = Files.client(client);
    const copying = await files.copy("");
    assertEquals(await Array.fromAsync(copying.updates()), []);
    await rejectsWith("decode-failed", () => files.size("x"));
    first.writer.close();
    second.writer.close();
    assert(await ended(first.reader));
    assert(await ended(second.reader));
  },
);

testWith(
  "ffi",
  "descriptors of updates that nobody takes are closed",
  async () => {
    await using peers = pair();
    const [client, server] = peers;
    using both = pipe();
    Files.serve(server, {
      ...handlers,
      copy: async function* () {
        yield { name: "part", body: { data: "", fds: [both.writer] } };
        both.writer.close();
        return "done";
      },
    });
    const copying = await Files.client(client).copy("");
    assertEquals((await copying.response()).text(), "done");
    assert(await ended(both.reader));
  },
);

testWith(
  "ffi",
  "onInvalid may keep descriptors by returning true",
  async () => {
    await using peers = pair();
    const [client, server] = peers;
    const kept = Promise.withResolvers<readonly Disposable[]>();
    Files.serve(server, handlers, {
      onInvalid: ({ received }) => {
        kept.resolve(received.body.fds ?? []);
        return true;
      },
    });
    using both = pipe();
    await client.sendStream(99, { data: "", fds: [both.writer] });
    both.writer.close();
    const [fd] = await kept.promise;
    await (fd as FileDescriptor).write(new Uint8Array([1]));
    fd![Symbol.dispose]();
    assertEquals(await both.reader.read(new Uint8Array(1)), 1);
    assert(await ended(both.reader));
  },
);

testWith("ffi", "a loop over messages gets descriptors too", async () => {
  await using peers = pair();
  const [client, server] = peers;
  const messages = Files.messages(server);
  using both = pipe();
  await Files.client(client).log({ data: "log", fds: [both.reader] });
  const message = await messages.recvMessage();
  assert(message?.name === "log");
  using log = message.body;
  assertEquals([log.text(), log.fds.length], ["log", 1]);
});

testWith(
  "ffi",
  "descriptors of an error response are closed",
  async () => {
    await using peers = pair();
    const [client, server] = peers;
    using both = pipe();
    server.serve({
      1: async (request) => {
        const body = { data: "no", fds: [both.writer] };
        await request.sendResponse(-1, body);
        both.writer.close();
      },
    });
    const copying = await Files.client(client).copy("");
    const error = await rejectsWith("remote-error", () => copying.response());
    assertEquals(error.responseText, "no");
    assert(await ended(both.reader));
  },
);

testWith(
  "ffi",
  "descriptors that a handler hands back too late are closed",
  async () => {
    await using peers = pair();
    const [client, server] = peers;
    Files.serve(server, {
      ...handlers,
      // The update is invalid, and the request answered because of it.
      copy: async (body, request) => {
        await Array.fromAsync(request.updates());
        return body;
      },
    });
    using both = pipe();
    const request = await client.sendRequest(1, {
      data: "",
      fds: [both.writer],
    });
    both.writer.close();
    await request.sendUpdate(99, "");
    assert((await request.recvResponse()).isError);
    assert(await ended(both.reader));
  },
);
