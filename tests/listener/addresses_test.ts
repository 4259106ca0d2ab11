/** The forms of an address, with the root's `connect` and `listen`. */
import { assert, assertEquals } from "@std/assert";
import { type Address, connect, listen } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { exists } from "../support/files/exists.ts";
import { assertConnects } from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

/** Whether this machine has an IPv6 loopback. */
function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotCapable;
  }
}

testWith(
  "net",
  "TCP: each form of an address listens and connects",
  async () => {
    for (
      const address of [
        "tcp://127.0.0.1:0",
        "127.0.0.1:0",
        "tcp://localhost:0",
        "localhost:0",
        { transport: "tcp", hostname: "127.0.0.1", port: 0 },
        { hostname: "127.0.0.1", port: 0 },
      ] as const
    ) {
      await using listener = listen(address);
      const { hostname, port } = listener.addr;
      assertEquals(listener.addr, { transport: "tcp", hostname, port });
      assert(port > 0);
      const host = hostname.includes(":") ? `[${hostname}]` : hostname;
      for (
        const target of [
          `tcp://${host}:${port}`,
          `${host}:${port}`,
          { transport: "tcp", hostname, port },
          { hostname, port },
          listener.addr,
        ] satisfies (string | Address)[]
      ) {
        await assertConnects(listener, () => connect(target));
      }
    }
  },
);

testWith(
  "net",
  "TCP: without a hostname, the defaults are Deno's",
  async () => {
    await using listener = listen({ port: 0 });
    assertEquals(listener.addr.hostname, "0.0.0.0");
    const { port } = listener.addr;
    await assertConnects(listener, () => connect({ port }));
    await assertConnects(listener, () => connect({ transport: "tcp", port }));
  },
);

testWith("net", "TCP: the IPv6 loopback", async () => {
  if (!hasIpv6()) return;
  for (
    const address of [
      "tcp://[::1]:0",
      "[::1]:0",
      "[0:0:0:0:0:0:0:1]:0",
      { hostname: "::1", port: 0 },
    ] as const
  ) {
    await using listener = listen(address);
    const { hostname, port } = listener.addr;
    assertEquals(hostname, "::1");
    for (
      const target of [
        `tcp://[::1]:${port}`,
        `[::1]:${port}`,
        listener.addr,
        { hostname: "::1", port },
      ] satisfies (string | Address)[]
    ) {
      await assertConnects(listener, () => connect(target));
    }
  }
});

testWith(
  "unix",
  "Unix: each form of an address listens and connects",
  async () => {
    await using dir = new TempDir();
    const path = dir.file("s");
    const forms: Address[] = [
      `unix:${path}`,
      `unix://${path}`,
      { transport: "unix", path },
    ];
    for (const address of forms) {
      await using listener = listen(address);
      assertEquals(listener.addr as Deno.Addr, { transport: "unix", path });
      for (const target of forms) {
        await assertConnects(listener, () => connect(target));
      }
      listener.close();
      assertEquals(exists(path), false);
    }
  },
);

testWith(
  "unix",
  "Unix: nothing in a path is decoded or normalized",
  async () => {
    await using dir = new TempDir();
    for (
      const name of [
        "a%20b",
        "a b",
        "ä?x=1#y",
        "../" + dir.path.split("/").at(-1)! + "/up",
        "unix:s",
      ]
    ) {
      const path = dir.file(name);
      await using listener = listen(`unix:${path}`);
      assertEquals(listener.addr, { transport: "unix", path });
      assert(exists(path), name);
      await assertConnects(listener, () => connect(`unix:${path}`));
    }
  },
);

testWith(
  "unix",
  "Unix: relative paths lead from the working directory",
  async () => {
    // The tests of this file run one after the other, in a process of many others.
    const name = `tests_${crypto.randomUUID().slice(0, 8)}.sock`;
    for (const address of [`unix:${name}`, `unix:./${name}`] as const) {
      await using listener = listen(address);
      assert(exists(`${Deno.cwd()}/${name}`));
      for (
        const target of [
          address,
          `unix:${name}`,
          { transport: "unix", path: name },
        ] satisfies Address[]
      ) {
        await assertConnects(listener, () => connect(target));
      }
      listener.close();
      assertEquals(exists(name), false);
    }
  },
);

testWith("unix", "Unix: closing twice removes nobody else's file", async () => {
  await using dir = new TempDir();
  const path = dir.file("s");
  const first = listen(`unix:${path}`);
  first.close();
  await using second = listen(`unix:${path}`);
  first.close();
  await first[Symbol.asyncDispose]();
  assert(exists(path));
  await assertConnects(second, () => connect(`unix:${path}`));
});
