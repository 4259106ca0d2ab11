/** Addresses that are refused, with what was given in the text. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Address, bind, connect, listen } from "../../mod.ts";
import * as nats from "../../endpoints/nats.ts";
import * as sharedRing from "../../endpoints/shared_ring.ts";
import * as tcp from "../../endpoints/tcp.ts";
import * as tls from "../../endpoints/tls.ts";
import * as unixSeqpacket from "../../endpoints/unix_seqpacket.ts";
import * as unixStream from "../../endpoints/unix_stream.ts";
import * as webSocket from "../../endpoints/websocket.ts";
import { testWith } from "../support/permissions.ts";
import { exists } from "../support/files/exists.ts";
import { TempDir } from "../support/files/temp_dir.ts";

type ErrorClass = typeof TypeError | typeof RangeError;

/** Fails unless `listen`, `connect` and `bind` refuse an address in that way. */
async function assertRefused(
  address: unknown,
  errorClass: ErrorClass | typeof Deno.errors.NotSupported,
  text: string,
): Promise<void> {
  const wrong = address as Address;
  const errors = [
    assertThrows(() => listen(wrong), errorClass),
    // It rejects, and doesn't throw.
    await assertRejects(() => connect(wrong), errorClass),
    await assertRejects(() => bind(wrong), errorClass),
  ];
  for (const { message } of errors) {
    assert(message.includes(text), `${text}: ${message}`);
  }
}

Deno.test("The error of an address in no form names all forms", async () => {
  for (const address of ["quic://localhost:1", "/run/x.sock"]) {
    await assertRefused(address, TypeError, '"tcp://host:port"');
    await assertRefused(address, TypeError, '"unix+seqpacket:PATH"');
    await assertRefused(address, TypeError, '"ws://host:port/path"');
    await assertRefused(address, TypeError, '"unix+shm:PATH"');
    await assertRefused(address, TypeError, '"tls://host:port"');
  }
});

for (
  const [address, path] of [
    ["ws://127.0.0.1:0/", "./transports/websocket"],
    ["wss://127.0.0.1:0/", "./transports/websocket"],
    ["tls://127.0.0.1:0", "./transports/tls"],
    ["nats://127.0.0.1:4222/cell", "./transports/nats"],
    [
      { transport: "websocket", hostname: "127.0.0.1", port: 0, path: "/" },
      "./transports/websocket",
    ],
    [{ transport: "tls", port: 0 }, "./transports/tls"],
    [
      { transport: "nats", hostname: "127.0.0.1", port: 4222, subject: "cell" },
      "./transports/nats",
    ],
  ] as const
) {
  const given = typeof address === "string" ? address : Deno.inspect(address);
  Deno.test(`listen doesn't take ${given}, and says what does`, () => {
    const error = assertThrows(() => listen(address), TypeError);
    for (const text of ["bind", path]) {
      assert(error.message.includes(text), error.message);
    }
  });
}

/** Options that decide who is at the other end, and who is let in. */
const DECIDING = [
  "token",
  "allowedOrigins",
  "allowedHosts",
  "caCerts",
  "cert",
  "key",
  "clientCa",
  "alpn",
  "mode",
  "nats",
  "reactor",
] as const;

type Deciding = (typeof DECIDING)[number];

/** What there is by address: what takes it, and which of these options each takes. */
const DOING: readonly (readonly [
  address: string,
  subPath: {
    connect(address: string, options: object): Promise<unknown>;
    bind(address: string, options: never): Promise<unknown>;
    listen?(address: string, options: object): unknown;
  },
  toConnect: readonly Deciding[],
  toBind: readonly Deciding[],
])[] = [
  ["tcp://127.0.0.1:1", tcp, ["reactor"], ["reactor"]],
  ["unix:/nowhere/s", unixStream, ["reactor", "mode"], ["reactor", "mode"]],
  ["unix+seqpacket:/nowhere/s", unixSeqpacket, ["mode"], ["mode"]],
  ["unix+shm:/nowhere/s", sharedRing, ["mode"], ["mode"]],
  [
    "tls://127.0.0.1:1",
    tls,
    ["caCerts", "cert", "key", "alpn"],
    ["cert", "key", "clientCa", "alpn"],
  ],
  ["ws://127.0.0.1:1/", webSocket, ["token"], [
    "allowedOrigins",
    "allowedHosts",
  ]],
  [
    "wss://127.0.0.1:1/",
    webSocket,
    ["token", "caCerts", "cert", "key"],
    ["allowedOrigins", "allowedHosts", "cert", "key"],
  ],
  ["nats://127.0.0.1:1/s", nats, ["nats"], ["nats"]],
];

for (const [address, subPath, toConnect, toBind] of DOING) {
  for (const where of ["the package", "its sub-path"] as const) {
    const own = where === "the package" ? { connect, bind, listen } : subPath;
    Deno.test(`what says who is let in is refused where ${address} has no use for it, by ${where}`, async () => {
      for (const name of DECIDING) {
        const options = { [name]: "x" } as never;
        if (!toConnect.includes(name)) {
          const fn = () => own.connect(address as never, options);
          await assertRejects(fn, TypeError, name);
        }
        if (toBind.includes(name)) continue;
        const fn = () => own.bind(address as never, options);
        await assertRejects(fn, TypeError, name);
        if (subPath.listen === undefined) continue;
        const listening = () => void own.listen!(address as never, options);
        assertThrows(listening, TypeError, name);
      }
    });
  }
}

Deno.test("servers of WebSockets beside others refuse it too", async () => {
  const options = { clientCa: "x" } as object;
  const request = new Request("http://localhost/");
  const accept = () => webSocket.acceptWebSocket(request, () => {}, options);
  await assertRejects(accept, TypeError, "clientCa");
});

testWith(
  "all",
  "connect and bind take the address of a WebSocket",
  async () => {
    await using listener = await bind("ws://127.0.0.1:0/rpc", {
      authorize: ({ token }) => token === "t",
    });
    listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
    await using peer = await connect(listener.addr, { token: "t" });
    assertEquals((await peer.call(1, "Hello")).text(), "Hello");
    const { port } = listener.addr;
    const url = `ws://127.0.0.1:${port}/rpc` as const;
    await assertRejects(() => connect(url), Deno.errors.PermissionDenied);
    await assertRejects(
      () => bind("ws://127.0.0.1:0/", { mode: 0o600 } as object),
      TypeError,
      "mode",
    );
  },
);

for (
  const address of [
    "",
    "localhost",
    "tcp:",
    "tcp://",
    "tcp://localhost",
    "tcp://localhost:",
    "tcp://:1337",
    ":1337",
    "1337",
    "localhost:http",
    "localhost:-1",
    "localhost:1.5",
    "localhost:1337/",
    "tcp://localhost:1337/path",
    "tcp://user@localhost:1337",
    "http://localhost:1337",
    "tls://localhost",
    "tls://localhost:1337/path",
    "tcp:localhost:1337",
    "TCP://localhost:1337",
    "::1:1337",
    "[::1]",
    "[]:1337",
    "[::1:1337",
    " localhost:1337",
    "local host:1337",
    "localhost:1337\n",
    "/run/x.sock",
    "./x.sock",
    "unix+stream:/run/x.sock",
    "unix",
  ]
) {
  Deno.test(`${JSON.stringify(address)} is a TypeError that names it`, () =>
    assertRefused(address, TypeError, JSON.stringify(address)));
}

for (
  const [address, given] of [
    ["localhost:65536", "65536"],
    ["tcp://localhost:99999", "99999"],
    ["[::1]:65536", "65536"],
    [{ port: -1 }, "-1"],
    [{ port: 65536 }, "65536"],
    [{ port: 1.5 }, "1.5"],
    [{ port: NaN }, "NaN"],
    [{ transport: "tcp", hostname: "localhost", port: Infinity }, "Infinity"],
    [{}, "undefined"],
    // What a form or an environment variable gives is text: the error shows it.
    [{ port: "1337" }, '"1337"'],
  ] as const
) {
  const name = typeof address === "string"
    ? JSON.stringify(address)
    : Deno.inspect(address);
  Deno.test(`the port of ${name} is a RangeError that names it`, () =>
    assertRefused(address, RangeError, `65535, got ${given}`));
}

for (
  const [address, given] of [
    ["unix:", '"unix:"'],
    [{ transport: "unix" }, '{"transport":"unix"}'],
    [{ transport: "unix", path: "" }, '{"transport":"unix","path":""}'],
    [{ transport: "unix", path: 5 }, '{"transport":"unix","path":5}'],
    [{ transport: "udp", port: 1 }, '"udp"'],
    [{ transport: "unixpacket", path: "/run/x" }, '"unixpacket"'],
    [{ transport: "", port: 1 }, '""'],
  ] as const
) {
  Deno.test(`${Deno.inspect(address)} is a TypeError that names it`, () =>
    assertRefused(address, TypeError, given));
}

for (const nothing of [undefined, null]) {
  Deno.test(`${nothing} is a TypeError`, () =>
    assertRefused(nothing, TypeError, ""));
}

for (
  const address of [
    "unix+seqpacket:",
    { transport: "unix-seqpacket", path: "" },
  ]
) {
  Deno.test(`${Deno.inspect(address)} is a TypeError`, () =>
    assertRefused(address, TypeError, "unix+seqpacket:PATH"));
}

for (const address of ["unix+shm:", { transport: "unix-shm", path: "" }]) {
  Deno.test(`${Deno.inspect(address)} is a TypeError`, () =>
    assertRefused(address, TypeError, "unix+shm:PATH"));
}

Deno.test("a mode on TCP is a TypeError", async () => {
  for (const address of ["127.0.0.1:0", { port: 0 }] as const) {
    const error = assertThrows(
      () => listen(address, { mode: 0o600 }),
      TypeError,
    );
    await assertRejects(() => bind(address, { mode: 0o600 }), TypeError);
    assert(error.message.includes("mode"), error.message);
  }
});

testWith(
  "unix",
  "a mode out of range is a RangeError, and makes no file",
  async () => {
    await using dir = new TempDir();
    const path = dir.file("s");
    for (const mode of [-1, 0o1000, 1.5, NaN]) {
      const error = assertThrows(
        () => listen(`unix:${path}`, { mode }),
        RangeError,
      );
      assert(error.message.includes(`${mode}`), error.message);
      assertEquals(exists(path), false);
    }
  },
);
