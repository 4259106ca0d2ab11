/** `connect` and `listen` of the sub-path entries. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tcp from "../../endpoints/tcp.ts";
import * as unix from "../../endpoints/unix_stream.ts";
import { connect } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { exists } from "../support/files/exists.ts";
import { assertConnects } from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

testWith("net", "TCP alone: each form of an address", async () => {
  await using listener = tcp.listen("tcp://127.0.0.1:0");
  const { port } = listener.addr;
  for (
    const address of [
      `tcp://127.0.0.1:${port}`,
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      { port },
      { hostname: "127.0.0.1", port },
      { transport: "tcp" as const, hostname: "127.0.0.1", port },
      listener.addr,
    ]
  ) {
    await assertConnects(listener, () => tcp.connect(address));
  }
  // It's one protocol.
  await assertConnects(listener, () => connect(listener.addr));
});

testWith("net", "TCP alone: what isn't TCP is refused", async () => {
  for (const wrong of ["unix:/run/x.sock", "/run/x.sock", "localhost", ""]) {
    const error = assertThrows(() => tcp.listen(wrong), TypeError);
    assert(error.message.includes(JSON.stringify(wrong)), error.message);
    await assertRejects(() => tcp.connect(wrong), TypeError);
  }
  await assertRejects(() => tcp.connect("localhost:65536"), RangeError);
});

testWith("net", "TCP alone: wrong options leave nothing open", async () => {
  assertThrows(
    () => tcp.listen("127.0.0.1:0", { maxBodyLenRead: -1 }),
    RangeError,
  );
  assertThrows(
    () => tcp.listen("127.0.0.1:0", { maxInboxMessages: 0 }),
    RangeError,
  );
  await using listener = tcp.listen("127.0.0.1:0");
  for (const option of [{ maxBodyLenWrite: -1 }, { stallTimeout: -1 }]) {
    await assertRejects(
      () => tcp.connect(listener.addr, option),
      RangeError,
    );
  }
});

testWith("net", "TCP alone: authorize, on both sides", async () => {
  const asked: unknown[] = [];
  const authorize = (info: tcp.TcpInfo): void => {
    asked.push(info);
  };
  await using listener = tcp.listen("127.0.0.1:0", { authorize });
  await assertConnects(
    listener,
    () => tcp.connect(listener.addr, { authorize }),
    (client, server) => {
      assertEquals(asked.length, 2);
      assert(asked.includes(client.info) && asked.includes(server.info));
    },
  );
});

testWith("unix", "Unix alone: each form of an address", async () => {
  await using dir = new TempDir();
  const path = dir.file("s");
  for (
    const form of [
      path,
      `unix:${path}`,
      `unix://${path}`,
      { transport: "unix" as const, path },
    ]
  ) {
    await using listener = unix.listen(form);
    assertEquals(listener.addr, { transport: "unix", path });
    await assertConnects(listener, () => unix.connect(form));
    await assertConnects(listener, () => unix.connect(listener.addr));
    listener.close();
    assertEquals(exists(path), false);
  }
});

testWith("unix", "Unix alone: an empty path is refused", async () => {
  for (const wrong of ["", "unix:"]) {
    const error = assertThrows(() => unix.listen(wrong), TypeError);
    assert(error.message.includes(JSON.stringify(wrong)), error.message);
    await assertRejects(() => unix.connect(wrong), TypeError);
  }
});

testWith("unix", "Unix alone: wrong options leave nothing behind", async () => {
  await using dir = new TempDir();
  const path = dir.file("s");
  for (const option of [{ maxBodyLenRead: -1 }, { maxInboxMessages: 0 }]) {
    assertThrows(() => unix.listen(path, option), RangeError);
    assertEquals(exists(path), false);
  }
});
