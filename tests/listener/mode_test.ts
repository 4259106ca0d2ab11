/** `mode`: the permissions of a Unix socket's file. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { connect, listen, Listener, UnixStreamTransport } from "../../mod.ts";
import { listen as listenUnix } from "../../endpoints/unix_stream.ts";
import { testWith } from "../support/permissions.ts";
import { assertConnects, exists, TempDir } from "./support.ts";

function modeOf(path: string): number {
  return Deno.lstatSync(path).mode! & 0o777;
}

testWith("ffi", "mode sets the permissions of the file", async () => {
  await using dir = new TempDir();
  const umask = Deno.umask();
  for (const mode of [0o600, 0o660, 0o666, 0o777, 0o700, 0]) {
    const path = dir.file(`s${mode}`);
    await using listener = listen(`unix:${path}`, { mode });
    assertEquals(modeOf(path), mode);
    assertEquals(Deno.umask(), umask, "the umask is as it was");
    assertEquals(listener.addr.path, path);
  }
});

testWith("ffi", "without mode, the umask decides", async () => {
  await using dir = new TempDir();
  const path = dir.file("s");
  const umask = Deno.umask();
  await using _listener = listen(`unix:${path}`);
  assertEquals(modeOf(path), 0o777 & ~umask);
});

testWith(
  "ffi",
  "mode works for Listener.bind and the sub-path too",
  async () => {
    await using dir = new TempDir();
    const stale = dir.stale();
    await using bound = await Listener.bind(UnixStreamTransport, stale, {
      mode: 0o600,
    });
    assertEquals(modeOf(stale), 0o600);
    await assertConnects(bound, () => connect(`unix:${stale}`));
    const path = dir.file("s");
    await using listener = listenUnix(path, { mode: 0o640 });
    assertEquals(modeOf(path), 0o640);
    await assertConnects(listener, () => connect(`unix:${path}`));
  },
);

testWith("ffi", "a failed listen leaves the umask as it was", async () => {
  await using dir = new TempDir();
  const umask = Deno.umask();
  assertThrows(() => listen(`unix:${dir.file("no/s")}`, { mode: 0o600 }));
  assertEquals(Deno.umask(), umask);
});

testWith(
  "unix",
  "mode without --allow-sys is NotCapable, and makes no file",
  () => {
    const path = `${Deno.cwd()}/tests_no_sys.sock`;
    const error = assertThrows(
      () => listen(`unix:${path}`, { mode: 0o600 }),
      Deno.errors.NotCapable,
    );
    assert(error.message.includes("--allow-sys"), error.message);
    assertEquals(exists(path), false);
  },
  {
    permissions: { net: "inherit", read: "inherit", write: "inherit" },
  },
);
