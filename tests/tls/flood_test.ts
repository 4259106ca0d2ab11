/** A reader that has stopped: the sockets of `node:tls` read on without limit in Deno. */
import { assert, assertEquals } from "@std/assert";
import { bind, connect } from "../../endpoints/tls.ts";
import { tlsTest } from "./support.ts";

const MIB = 1024 * 1024;
const LIMITS = { maxBodyLenRead: MIB, maxBodyLenWrite: MIB };

/** More than both systems' buffers take on the way, in bytes. */
const CAPACITY = 16 * MIB;

tlsTest("a reader that has stopped reads no more", async (scene) => {
  await using listener = await bind("tls://127.0.0.1:0", {
    ...scene.server,
    ...LIMITS,
    maxInboxBytes: MIB,
  });
  const caCerts = [scene.ca.cert];
  const open = async () => {
    const accepting = listener.accept();
    const client = await connect(listener.addr, { ...LIMITS, caCerts });
    return [client, await accepting] as const;
  };
  const [flooding, stopped] = await open();
  const [client, server] = await open();
  const serving = server.serve({ 1: (_request, body) => body });

  const body = new Uint8Array(256 * 1024);
  let sent = 0;
  const flood = (async () => {
    for (; sent < 64 * MIB; sent += body.length) {
      await flooding.sendStream(1, body);
    }
  })();
  // It has stopped once nothing moves within many round trips beside it.
  for (let before = -1; before < sent;) {
    before = sent;
    for (let i = 0; i < 200; i++) await client.call(1, "");
  }
  assert(sent < CAPACITY, `${sent} bytes were taken`);
  // What is received and waits to be taken: the inbox, and one read more.
  assert(stopped.stats().bytesReceived < 3 * MIB);

  // It goes on when what waits is taken.
  const taken = (async () => {
    let bytes = 0;
    for await (const message of stopped) {
      assert(message.kind === "stream");
      bytes += message.message.body.data.length;
    }
    return bytes;
  })();
  await flood;
  await flooding.close();
  assertEquals(await taken, 64 * MIB);
  await client.close();
  await serving;
  await stopped.close();
});
