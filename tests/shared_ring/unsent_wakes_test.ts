/**
 * The system has no memory for a wake-up, once: it is sent in the next turn, as the
 * other side sleeps until it comes.
 */
import { assert, assertEquals } from "@std/assert";
import { failCalls, failing } from "../lost_connections/failing_calls.ts";

failCalls();
// Only now, as they open the C library.
const { RpcError } = await import("../../mod.ts");
const { datagramKind } = await import(
  "../../transports/shared_ring/hello.ts"
);
const { hello, RawMemory, ringTest, SIZE, words } = await import(
  "./support/raw_rings.ts"
);

const ERRORS = { ENOMEM: 12, ENOBUFS: 105 };
const EIO = 5;

/** What a datagram is. */
function kindOf(datagram: { data: Uint8Array<ArrayBuffer> } | null): number {
  assert(datagram !== null, "the connection has ended");
  return new Uint32Array(datagram.data.buffer, 0, 1)[0]!;
}

for (const [name, errno] of Object.entries(ERRORS)) {
  ringTest(`a reader that sleeps is woken after ${name}`, async (scene) => {
    const [peer, raw, { reader }] = await scene.linked();
    assert(reader.sleep());
    failing.set("send", 1, errno);
    await peer.sendStream(1, "text");
    assertEquals(kindOf(await raw.recv()), datagramKind.WAKE);
    assert(failing.hasFailed);
  });

  ringTest(`a writer that sleeps is woken after ${name}`, async (scene) => {
    const [, raw, memory] = await scene.linked();
    const { writer } = memory;
    memory.write(4, 0, new Uint8Array(SIZE - 16));
    failing.set("send", 1, errno);
    assert(writer.sleep(16));
    writer.publish();
    // The peer may sleep already.
    raw.send(words(datagramKind.WAKE));
    assertEquals(kindOf(await raw.recv()), datagramKind.WAKE);
    assert(failing.hasFailed);
  });

  ringTest(`a reader is woken for the end after ${name}`, async (scene) => {
    const [peer, raw, { reader }] = await scene.linked();
    assert(reader.sleep());
    failing.set("send", 1, errno);
    const closed = peer.close();
    assertEquals(kindOf(await raw.recv()), datagramKind.WAKE);
    assert(failing.hasFailed && reader.finished);
    raw.close();
    await closed;
  });
}

ringTest(
  "a wake-up that can never be sent ends the connection",
  async (scene) => {
    const [peer, , { reader }] = await scene.linked();
    assert(reader.sleep());
    failing.set("send", 1, EIO);
    await peer.sendStream(1, "text");
    const error = await peer.closed;
    assert(error instanceof RpcError, String(error));
    assertEquals(error.code, "connection-aborted");
  },
);

ringTest("a welcome that can't be sent ends the connection", async (scene) => {
  const [peer, raw] = scene.accepting();
  const memory = scene.use(new RawMemory(scene));
  failing.set("send", 1, ERRORS.ENOMEM);
  raw.send(hello(), [memory.memory.fd.fd]);
  assertEquals(kindOf(await raw.recv()), datagramKind.REFUSED);
  const error = await peer.closed;
  assert(error instanceof RpcError, String(error));
  assertEquals(error.code, "connection-aborted");
});
