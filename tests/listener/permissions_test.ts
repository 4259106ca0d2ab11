/** What is missing is asked for by name. */
import { assert, assertRejects, assertThrows } from "@std/assert";
import * as tcp from "../../endpoints/tcp.ts";
import * as unix from "../../endpoints/unix_stream.ts";
import {
  bind,
  connect,
  listen,
  Listener,
  TcpTransport,
  UnixStreamTransport,
} from "../../mod.ts";
import { testWith } from "../support/permissions.ts";

const { NotCapable } = Deno.errors;
const PATH = "/tmp/rpc_not_granted.sock";

/** Fails unless all refuse, and name the flag. */
async function assertNotCapable(
  flag: string,
  ...opens: (() => unknown)[]
): Promise<void> {
  for (const open of opens) {
    const error = await assertRejects(() => Promise.try(open), NotCapable);
    assert(error.message.includes(flag), error.message);
  }
}

Deno.test({
  name: "TCP without --allow-net is NotCapable",
  permissions: "none",
  fn: async () => {
    assertThrows(() => listen("127.0.0.1:0"), NotCapable);
    await assertNotCapable(
      "--allow-net",
      () => connect("127.0.0.1:1"),
      () => connect({ port: 1 }),
      () => listen("127.0.0.1:0"),
      () => tcp.connect("127.0.0.1:1"),
      () => tcp.listen("127.0.0.1:0"),
      () => bind("127.0.0.1:0"),
      () => tcp.bind("127.0.0.1:0"),
      () => Listener.bind(TcpTransport, "127.0.0.1:0"),
    );
  },
});

Deno.test({
  name: "a Unix socket without any permission is NotCapable",
  permissions: "none",
  fn: () =>
    assertNotCapable(
      "--allow-",
      () => connect(`unix:${PATH}`),
      () => listen(`unix:${PATH}`),
      () => unix.connect(PATH),
      () => unix.listen(PATH),
      () => bind(`unix:${PATH}`),
      () => unix.bind(PATH),
      () => Listener.bind(UnixStreamTransport, PATH),
    ),
});

for (
  const [flag, permissions] of [
    ["--allow-read", { net: "inherit", write: "inherit" }],
    ["--allow-write", { net: "inherit", read: "inherit" }],
    ["--allow-net", { read: "inherit", write: "inherit" }],
  ] as const
) {
  testWith(
    "unix",
    `a Unix socket without ${flag} is NotCapable`,
    () =>
      assertNotCapable(
        flag,
        () => connect(`unix:${PATH}`),
        () => listen(`unix:${PATH}`),
        () => Listener.bind(UnixStreamTransport, PATH),
        () => bind(`unix:${PATH}`),
      ),
    { permissions },
  );
}
