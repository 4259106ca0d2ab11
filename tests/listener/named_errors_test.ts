/** Errors of connecting and listening name the address, and say what to do. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { bind, connect, listen } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { TempDir } from "../support/files/temp_dir.ts";

const { AddrInUse, AddrNotAvailable, ConnectionRefused, NotFound } =
  Deno.errors;

/** Fails unless an error begins with a text, also where it is printed. */
function assertNamed(error: Error, text: string, code?: string): void {
  assert(error.message.startsWith(text), error.message);
  assertStringIncludes(Deno.inspect(error), text);
  if (code !== undefined) {
    assertEquals((error as { code?: unknown }).code, code);
  }
}

testWith("net", "TCP: a refused connection names the address", async () => {
  const socket = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = socket.addr;
  socket.close();
  for (
    const address of [
      `tcp://127.0.0.1:${port}`,
      `127.0.0.1:${port}`,
      { hostname: "127.0.0.1", port },
    ] as const
  ) {
    assertNamed(
      await assertRejects(() => connect(address), ConnectionRefused),
      `Cannot connect to tcp://127.0.0.1:${port}: Connection refused`,
      "ECONNREFUSED",
    );
    const { signal } = new AbortController();
    assertNamed(
      await assertRejects(
        () => connect(address, { signal }),
        ConnectionRefused,
      ),
      `Cannot connect to tcp://127.0.0.1:${port}: `,
    );
  }
  assertNamed(
    await assertRejects(() => connect({ port }), ConnectionRefused),
    `Cannot connect to port ${port}: `,
  );
});

testWith("net", "TCP: a name that isn't known is named", async () => {
  const error = await assertRejects(() => connect("host.invalid:1"), Error);
  assertNamed(error, "Cannot connect to tcp://host.invalid:1: ");
});

testWith("net", "TCP: a port that is taken is named", async () => {
  using socket = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = socket.addr;
  const text =
    `Cannot listen on tcp://127.0.0.1:${port}: Address already in use`;
  const address = `127.0.0.1:${port}` as const;
  assertNamed(
    assertThrows(() => listen(address), AddrInUse),
    text,
    "EADDRINUSE",
  );
  assertNamed(await assertRejects(() => bind(address), AddrInUse), text);
});

testWith("net", "TCP: an address of another machine is named", () => {
  const error = assertThrows(() => listen("192.0.2.1:0"), AddrNotAvailable);
  assertNamed(error, "Cannot listen on tcp://192.0.2.1:0: ");
});

testWith("unix", "Unix: a missing or refusing path is named", async () => {
  await using dir = new TempDir();
  const path = dir.file("none");
  assertNamed(
    await assertRejects(() => connect(`unix:${path}`), NotFound),
    `Cannot connect to unix:${path}: No such file`,
    "ENOENT",
  );
  const stale = await dir.stale();
  assertNamed(
    await assertRejects(() => connect(`unix:${stale}`), ConnectionRefused),
    `Cannot connect to unix:${stale}: Connection refused`,
  );
  const below = `${path}/s`;
  for (const mode of [undefined, 0o600]) {
    assertNamed(
      assertThrows(() => listen(`unix:${below}`, { mode }), NotFound),
      `Cannot listen on unix:${below}: No such file`,
      "ENOENT",
    );
  }
});

testWith("unix", "Unix: a path that is too long is named", async () => {
  await using dir = new TempDir();
  const path = dir.file("x".repeat(108));
  const texts = [`this one has ${path.length}`, path];
  for (
    const error of [
      await assertRejects(() => connect(`unix:${path}`), TypeError),
      await assertRejects(() => bind(`unix:${path}`), TypeError),
      assertThrows(() => listen(`unix:${path}`), TypeError),
    ]
  ) for (const text of texts) assertStringIncludes(error.message, text);
});

testWith(
  "ffi",
  "each kind of Unix socket says how to reach the other",
  async () => {
    await using dir = new TempDir();
    const path = dir.file("seqpacket");
    await using _seqpacket = listen(`unix+seqpacket:${path}`);
    const error = await assertRejects(() => connect(`unix:${path}`), Error);
    assertNamed(error, `Cannot connect to unix:${path}: `);
    assertStringIncludes(Deno.inspect(error), `Write "unix+seqpacket:${path}"`);
    const stream = dir.file("stream");
    await using _stream = listen(`unix:${stream}`);
    const other = await assertRejects(
      () => connect(`unix+seqpacket:${stream}`),
      Error,
    );
    assertNamed(other, `Cannot connect to ${stream}: `);
    assertStringIncludes(Deno.inspect(other), `Write "unix:${stream}"`);
  },
);

testWith(
  "ffi",
  "a body that no datagram brings: the error says what fits, and what to do",
  async () => {
    await using dir = new TempDir();
    const address = `unix+seqpacket:${dir.file("s")}`;
    const most = async (maxBodyLenWrite: number) => {
      const { message } = assertThrows(
        () => listen(address, { maxBodyLenWrite }),
        RangeError,
      );
      for (
        const text of [
          `maxBodyLenWrite of ${maxBodyLenWrite} doesn't fit one datagram`,
          "net.core.wmem_max",
          "SharedMemory",
          '"unix:PATH"',
        ]
      ) assertStringIncludes(message, text);
      const fits = Number(/bodies of at most (\d+) bytes/.exec(message)?.[1]);
      // What it says is so.
      await using _listener = listen(address, { maxBodyLenWrite: fits });
      return fits;
    };
    assert(await most(32 * 1024 * 1024) > 100_000);
    assert(await most(2 ** 30) > 100_000);
  },
);
