/** Streams over Unix seqpacket: descriptors arrive, and none is left open. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  body,
  Broadcast,
  defineInterface,
  peerBody,
} from "../../../interface/mod.ts";
import {
  type FileDescriptor,
  Peer,
  type PeerHandle,
  type UnixBody,
  UnixSeqpacketTransport,
} from "../../../mod.ts";
import { ended, pipe } from "../../descriptor/support.ts";
import { testWith } from "../../support/permissions.ts";

const Files = defineInterface({
  name: "Files",
  services: { arrived: { id: 1 } },
  streams: {
    file: { id: 1, from: "server", body: peerBody<UnixBody>() },
    note: { id: 2, from: "server", body: body<string>() },
  },
});

type UnixPeer = PeerHandle<UnixBody>;

/** A server and a client, of which the server answers `arrived`. */
function pair(): { server: UnixPeer; client: UnixPeer } & AsyncDisposable {
  const [left, right] = UnixSeqpacketTransport.pair();
  const server: UnixPeer = Peer.spawn(left, { onError() {} });
  const client: UnixPeer = Peer.spawn(right, { onError() {} });
  Files.serve(server, { arrived() {} });
  return {
    server,
    client,
    async [Symbol.asyncDispose]() {
      await Promise.all([server.close(), client.close()]);
    },
  };
}

/** Sends the writing end of a pipe, and keeps the reading one. */
async function sendPipe(
  server: UnixPeer,
  streamId = 1,
): Promise<FileDescriptor> {
  const { reader, writer } = pipe();
  await server.sendStream(streamId, { data: "", fds: [writer] });
  writer.close();
  return reader;
}

testWith("ffi", "descriptors come with streams of the server", async () => {
  await using peers = pair();
  const files = Files.client(peers.client);
  using received = files.file();
  using both = pipe();
  await Files.streams.file.send(peers.server, {
    data: "file",
    fds: [both.writer],
  });
  both.writer.close();
  {
    const { value } = await received.next();
    using file = value!;
    assertEquals(file.text(), "file");
    await file.fds[0]!.write(new Uint8Array([7]));
  }
  const read = new Uint8Array(1);
  assertEquals([await both.reader.read(read), read[0]], [1, 7]);
  assert(await ended(both.reader));
});

testWith(
  "ffi",
  "descriptors are closed that nobody takes from a stream",
  async () => {
    const cases: [
      string,
      (client: UnixPeer, server: UnixPeer) => Promise<FileDescriptor>,
    ][] = [
      ["that nobody asked for", (_client, server) => sendPipe(server)],
      ["without descriptors in its declaration", async (client, server) => {
        using notes = Files.client(client).note();
        const { reader, writer } = pipe();
        await server.sendStream(2, { data: '"a"', fds: [writer] });
        writer.close();
        assertEquals((await notes.next()).value, "a");
        return reader;
      }],
      ["invalid", async (client, server) => {
        using notes = Files.client(client).note();
        const reader = await sendPipe(server, 2);
        await Files.streams.note.send(server, "valid");
        assertEquals((await notes.next()).value, "valid");
        return reader;
      }],
      ["older than keep says", async (client, server) => {
        const files = Files.client(client);
        using received = files.file({ keep: "latest" });
        const reader = await sendPipe(server);
        await Files.streams.file.send(server, "newest");
        await files.arrived();
        const { value } = await received.next();
        assertEquals([value?.text(), received.dropped], ["newest", 1]);
        return reader;
      }],
      ["left at the end of a subscription", async (client, server) => {
        const files = Files.client(client);
        const received = files.file();
        const reader = await sendPipe(server);
        await files.arrived();
        await received.return();
        return reader;
      }],
      ["left when this side closes", async (client, server) => {
        const files = Files.client(client);
        files.file();
        const reader = await sendPipe(server);
        await files.arrived();
        await client.close();
        return reader;
      }],
      ["left when the other side closes", async (client, server) => {
        const files = Files.client(client);
        files.file();
        const reader = await sendPipe(server);
        await files.arrived();
        await server.close();
        await client.closed;
        await client.close();
        return reader;
      }],
      ["on their way when a handler is let go of", async (client, server) => {
        const files = Files.client(client);
        const first = Promise.withResolvers<void>();
        const handled = files.file.on((file) => {
          file[Symbol.dispose]();
          handled[Symbol.dispose]();
          first.resolve();
        });
        await Files.streams.file.send(server, "first");
        const reader = await sendPipe(server);
        await first.promise;
        return reader;
      }],
    ];
    for (const [what, take] of cases) {
      await using peers = pair();
      // Made before anything is sent.
      const files = Files.client(peers.client);
      using reader = await take(peers.client, peers.server);
      assert(await ended(reader), what);
      if (!what.startsWith("left when")) await files.arrived();
    }
  },
);

testWith(
  "ffi",
  "a broadcast sends duplicates of descriptors, and closes them",
  async () => {
    await using first = pair();
    await using second = pair();
    const received = [first, second].map(({ client }) =>
      Files.client(client).file()
    );
    using files = new Broadcast(Files.streams.file);
    const members = [first, second].map(({ server }) => files.add(server));
    using both = pipe();
    files.send({ data: "file", fds: [both.writer] });
    // It has its own by now.
    both.writer.close();
    for (const [i, subscription] of received.entries()) {
      const { value } = await subscription.next();
      using file = value!;
      await file.fds[0]!.write(new Uint8Array([i]));
    }
    const read = new Uint8Array(1);
    for (let i = 0; i < 2; i++) await both.reader.read(read);
    // Those of the clients are closed, and so are the broadcast's.
    assert(await ended(both.reader));
    assertEquals(members.map(({ dropped }) => dropped), [0, 0]);

    // What is dropped for a newer one, or at the end, is closed too.
    const older = [pipe(), pipe(), pipe()];
    for (const { writer } of older) {
      files.send({ data: "", fds: [writer] });
      writer.close();
    }
    assertEquals(members.map(({ dropped }) => dropped), [1, 1]);
    files[Symbol.dispose]();
    for (const subscription of received) {
      const { value } = await subscription.next();
      value![Symbol.dispose]();
    }
    for (const { reader } of older) {
      assert(await ended(reader));
      reader.close();
    }
  },
);

testWith(
  "ffi",
  "a descriptor that can't be duplicated is refused, and none is left",
  async () => {
    await using peers = pair();
    using files = new Broadcast(Files.streams.file);
    files.add(peers.server);
    using both = pipe();
    const closed = pipe();
    closed.reader.close();
    closed.writer.close();
    assertThrows(() =>
      files.send({ data: "", fds: [both.writer, closed.writer] })
    );
    const odd = { [Symbol.dispose]() {} } as FileDescriptor;
    assertThrows(
      () => files.send({ data: "", fds: [both.writer, odd] }),
      TypeError,
      "no dup()",
    );
    both.writer.close();
    assert(await ended(both.reader));
  },
);
