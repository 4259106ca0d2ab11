/** Sockets of the C library: names, addresses, permissions, and what ends connecting. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bind, connect, listen, TcpTransport } from "../../mod.ts";
import * as tcp from "../../endpoints/tcp.ts";
import * as unix from "../../endpoints/unix_stream.ts";
import { Libc } from "../../transports/libc/libc.ts";
import { AF_INET } from "../../transports/libc/constants.ts";
import {
  resolveHost,
  type SockAddr,
  toNetAddr,
} from "../../transports/reactor_sockets/internet_address.ts";
import { openFirst } from "../../transports/reactor_sockets/open_io.ts";
import { Socket } from "../../transports/reactor_sockets/socket.ts";
import { isPending } from "../support/expect.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";

const REACTOR = { reactor: true } as const;
const { NotCapable, ConnectionRefused } = Deno.errors;

/** A port of loopback that nobody listens on. */
function freePort(hostname = "127.0.0.1"): number {
  using listener = Deno.listen({ hostname, port: 0 });
  return listener.addr.port;
}

testWith(
  "ffi",
  "a transport on the reactor has its addresses, and no conn",
  async () => {
    const acceptor = TcpTransport.listen("127.0.0.1:0", REACTOR);
    const { addr } = acceptor;
    assertEquals(addr.hostname, "127.0.0.1");
    const [client, server] = await Promise.all([
      TcpTransport.connect(addr, REACTOR),
      acceptor.accept(),
    ]);
    const { localAddr, remoteAddr } = client.info;
    assertEquals(remoteAddr, { ...addr });
    assertEquals([client.name, server.name], ["tcp", "tcp"]);
    assertEquals(server.info, { localAddr: remoteAddr, remoteAddr: localAddr });
    assert(!("conn" in client) && !("conn" in server));
    await client.close();
    await server.close();
    await acceptor.close();
  },
);

testWith(
  "ffi",
  "sub-paths listen and connect on the reactor, also by IPv6",
  async () => {
    for (const host of ["127.0.0.1", "[::1]"]) {
      await using listener = await tcp.bind(`${host}:0`, REACTOR);
      listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
      await using peer = await tcp.connect(listener.addr, REACTOR);
      assertEquals((await peer.call(1, host)).text(), host);
      // A socket of Deno's at the other end doesn't notice.
      await using other = await tcp.connect(listener.addr);
      assertEquals((await other.call(1, "other")).text(), "other");
    }
    using folder = new TempDir();
    await using listener = unix.listen(folder.file("s"), REACTOR);
    listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
    await using peer = await unix.connect(folder.file("s"), REACTOR);
    assertEquals(peer.info.credentials?.pid, Deno.pid);
    assertEquals((await peer.call(1, "unix")).text(), "unix");
  },
);

testWith(
  "ffi",
  "a name is looked up on a thread, with the port of each address",
  async () => {
    using libc = Libc.require("The test");
    let calls = 0;
    const doing = "Cannot connect";
    const named = { hostname: "localhost", port: 80, doing };
    const found = await resolveHost(libc, named, () => calls++);
    assertEquals(calls, 1);
    assert(found.length > 0);
    for (const address of found) {
      const { hostname, port } = toNetAddr(libc, address)!;
      assert(["127.0.0.1", "::1"].includes(hostname), hostname);
      assertEquals(port, 80);
    }
    const address = { hostname: "::1", port: 81, doing };
    const [numeric] = await resolveHost(libc, address, () => calls++);
    assertEquals(toNetAddr(libc, numeric!), {
      transport: "tcp",
      hostname: "::1",
      port: 81,
    });
    assertEquals(calls, 1);
  },
);

testWith("ffi", "errors are those of Deno, and name the address", async () => {
  const port = freePort();
  const refused = await assertRejects(
    () => connect({ hostname: "localhost", port }, REACTOR),
    ConnectionRefused,
  );
  assert(refused.message.includes(`tcp://localhost:${port}`), refused.message);
  await using listener = listen("127.0.0.1:0", REACTOR);
  assertThrows(
    () => listen({ hostname: "127.0.0.1", port: listener.addr.port }, REACTOR),
    Deno.errors.AddrInUse,
  );
  // A name of RFC 6761 that no server of names has.
  await assertRejects(
    () => connect("nothing.invalid:80", REACTOR),
    Error,
    "Cannot connect to tcp://nothing.invalid:80: failed to lookup address information",
  );
  assertThrows(
    () => listen("nothing.invalid:80", REACTOR),
    Error,
    "Cannot listen on tcp://nothing.invalid:80: failed to lookup address information",
  );
});

function addressesOf(
  libc: Libc,
  hostname: string,
  port: number,
): Promise<SockAddr[]> {
  return resolveHost(libc, { hostname, port, doing: "" }, () => {});
}

/** A socket that listens without accepting, and that has room for no more clients. */
async function fullListener(
  libc: Libc,
  stack: AsyncDisposableStack,
): Promise<SockAddr> {
  const [address] = await addressesOf(libc, "127.0.0.1", 0);
  const { bind, listen, getsockname } = libc.symbols;
  const socket = stack.adopt(Socket.open(libc, AF_INET), (it) => it.close());
  bind(socket.fd, address!, address!.length);
  listen(socket.fd, 0);
  getsockname(socket.fd, address!, new Uint32Array([address!.length]));
  const { port } = toNetAddr(libc, address!)!;
  stack.use(await Deno.connect({ port }));
  return address!;
}

testWith("ffi", "a signal ends a connect that is under way", async () => {
  await using stack = new AsyncDisposableStack();
  const libc = stack.use(Libc.require("The test"));
  const address = await fullListener(libc, stack);
  const controller = new AbortController();
  const opening = openFirst(libc, [address], "", controller.signal);
  assert(await isPending(opening));
  const reason = new Error("enough");
  controller.abort(reason);
  assertEquals(await assertRejects(() => opening), reason);
  // Not even begun, as it has fired already.
  const later = connect("127.0.0.1:1", {
    ...REACTOR,
    signal: controller.signal,
  });
  assertEquals(await assertRejects(() => later), reason);
});

testWith("ffi", "all addresses of a name are tried in turn", async () => {
  await using stack = new AsyncDisposableStack();
  const libc = stack.use(Libc.require("The test"));
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const sockAddr = async (host: string, port: number): Promise<SockAddr> => {
    return (await addressesOf(libc, host, port))[0]!;
  };
  const refused = [
    await sockAddr("::1", freePort("::1")),
    await sockAddr("127.0.0.1", freePort()),
  ];
  const heard = await sockAddr("127.0.0.1", listener.addr.port);
  const { io, address } = await openFirst(
    libc,
    [...refused, heard],
    "",
    undefined,
  );
  assertEquals(address, heard);
  (await listener.accept()).close();
  await io.close();
  await assertRejects(
    () => openFirst(libc, refused, "Cannot connect to a:1", undefined),
    ConnectionRefused,
    "Cannot connect to a:1",
  );
});

testWith(
  "ffi",
  "without --allow-net for host and port nothing is connected or bound",
  async () => {
    assertThrows(
      () => listen("127.0.0.1:0", REACTOR),
      NotCapable,
      '"127.0.0.1:0"',
    );
    await assertRejects(
      () => connect("127.0.0.1:1", REACTOR),
      NotCapable,
      'Requires net access to "127.0.0.1:1", run again with the --allow-net flag',
    );
    await assertRejects(
      () => bind("[::1]:0", REACTOR),
      NotCapable,
      '"[::1]:0"',
    );
  },
  { permissions: { net: ["localhost"], ffi: true } },
);

testWith(
  "ffi",
  "without --allow-read and --allow-write no path is connected or bound",
  async () => {
    const path = "unix:/tmp/rpc_not_granted.sock";
    assertThrows(() => listen(path, REACTOR), NotCapable, "--allow-read");
    await assertRejects(
      () => connect(path, REACTOR),
      NotCapable,
      "--allow-read",
    );
  },
  { permissions: { net: true, ffi: true } },
);

testWith(
  "net",
  "without --allow-ffi the error names the option and the flag",
  async () => {
    const named = /option reactor.*--allow-ffi/;
    const error = assertThrows(
      () => listen("127.0.0.1:0", REACTOR),
      NotCapable,
    );
    assert(named.test(error.message), error.message);
    const rejected = await assertRejects(
      () => connect("127.0.0.1:1", REACTOR),
      NotCapable,
    );
    assert(named.test(rejected.message), rejected.message);
  },
  { permissions: { net: true } },
);

Deno.test("other transports refuse the option", async () => {
  for (const address of ["tls://a:1", "ws://a:1", "unix+seqpacket:/a"]) {
    await assertRejects(
      // The types don't allow it for a literal.
      () => connect(address as string, REACTOR),
      TypeError,
      "reactor is an option of TCP and Unix stream sockets",
    );
  }
});
