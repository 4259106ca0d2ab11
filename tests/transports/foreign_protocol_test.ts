import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  connect,
  listen,
  type Listener,
  Peer,
  type PeerHandle,
  RpcError,
  StreamTransport,
} from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { TempDir } from "../support/files/temp_dir.ts";

const HTTP_REQUEST = /sent an HTTP request, "GET \/.*connect by tcp:\/\//;
const HTTP_RESPONSE = /sent an HTTP response, "HTTP\/1\.1 400/;

/** Serves with nothing, and gives the text of the error that ends the first connection. */
async function errorAt(
  listener: Pick<Listener, "accept">,
): Promise<string | undefined> {
  const peer = await listener.accept();
  await peer.serve({});
  return (await peer.closed)?.message;
}

/** Calls, and expects the text both of the call and of the connection. */
async function assertTold(
  peer: Pick<PeerHandle, "call" | "closed">,
  text: RegExp,
): Promise<void> {
  const error = await assertRejects(() => peer.call(1, "Hi"), RpcError);
  assertMatch(error.message, text);
  assertEquals((await peer.closed)?.message, error.message);
}

testWith(
  "net",
  "Where fetch comes to a TCP listener, its error says so",
  async () => {
    await using listener = listen("tcp://127.0.0.1:0");
    const told = errorAt(listener);
    await assertRejects(() => fetch(`http://127.0.0.1:${listener.addr.port}/`));
    assertMatch(await told ?? "", HTTP_REQUEST);
  },
);

testWith(
  "net",
  "Where a TLS client comes to a TCP listener, its error says so",
  async () => {
    await using listener = listen("tcp://127.0.0.1:0");
    const told = errorAt(listener);
    const { port } = listener.addr;
    using conn = await Deno.connectTls({ hostname: "127.0.0.1", port });
    await assertRejects(() => conn.handshake());
    assertMatch(await told ?? "", /TLS ClientHello/);
  },
);

testWith(
  "net",
  "Where a TCP client has come to a web server, its call says so",
  async () => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => new Response(),
    );
    await using peer = await connect(`tcp://127.0.0.1:${server.addr.port}`);
    await assertTold(peer, HTTP_RESPONSE);
  },
);

for (const how of ["ends", "resets"] as const) {
  testWith(
    "net",
    `Where a TCP client has come to a TLS server that ${how} the connection, its call says so`,
    async () => {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr;
      await using peer = await connect({ transport: "tcp", port });
      const told = assertTold(peer, /TLS alert.*connect by tls:\/\//);
      const conn = await listener.accept();
      // What it leaves unread makes its close a reset.
      await conn.read(new Uint8Array(how === "ends" ? 100 : 5));
      await conn.write(Uint8Array.of(0x15, 3, 3, 0, 2, 2, 50));
      conn.close();
      await told;
    },
  );
}

testWith(
  "all",
  "Where a Unix client has come to a web server, its call says so",
  async () => {
    using folder = new TempDir();
    const path = `${folder.path}/s`;
    await using _server = Deno.serve(
      { path, onListen() {} },
      () => new Response(),
    );
    await using peer = await connect(`unix:${path}`);
    await assertTold(peer, HTTP_RESPONSE);
  },
);

testWith(
  "all",
  "Where text comes to a Unix listener, its error says so",
  async () => {
    using folder = new TempDir();
    const path = `${folder.path}/s`;
    await using listener = listen(`unix:${path}`);
    const told = errorAt(listener);
    using conn = await Deno.connect({ transport: "unix", path });
    await conn.write(new TextEncoder().encode('{"jsonrpc": "2.0"}\n'));
    assertMatch(await told ?? "", /text, "\{\\"jsonrpc\\": \\"2\.0\\"\}"/);
  },
);

Deno.test("Where text comes out of a pair of streams, their error says so", async () => {
  // As a child process that prints to the stdout it should speak over.
  const line = new TextEncoder().encode("Starting up, please wait\n");
  await using peer = Peer.spawn(
    new StreamTransport({
      readable: ReadableStream.from([line]),
      writable: new WritableStream(),
    }),
  );
  const error = await peer.closed;
  assert(error?.code === "payload-too-large");
  assertMatch(error.message, /text, "Starting up, please wait"/);
});
