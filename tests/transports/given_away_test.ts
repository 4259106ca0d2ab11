/** A body whose buffer is gone before it is written: its head has promised it. */
import { assert, assertEquals } from "@std/assert";
import { Peer, RpcError, TcpTransport } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";

const LENGTH = 4 * 1024 * 1024;

testWith(
  "net",
  "A large body that is given away before it is written ends the connection, as this side's doing",
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const [transport, reader] = await Promise.all([
      TcpTransport.connect({
        hostname: "127.0.0.1",
        port: listener.addr.port,
      }, { maxBodyLenWrite: LENGTH }),
      listener.accept(),
    ]);
    using _ = reader;
    await using peer = Peer.spawn(transport, { writeQueueBytes: 4 * LENGTH });
    // Both are queued; writing begins in a later turn.
    const sends = [1, 2].map((id) => {
      const body = new Uint8Array(LENGTH);
      const sent = peer.sendStream(id, body);
      return { body, outcome: sent.then(() => null, (error) => error) };
    });
    const [first, second] = sends;
    assert(first !== undefined && second !== undefined);
    structuredClone(second.body, { transfer: [second.body.buffer] });
    const buffer = new Uint8Array(64 * 1024);
    try {
      while (await reader.read(buffer) !== null);
    } catch (error) {
      // A reset is as good an end.
      assert(error instanceof Deno.errors.ConnectionReset, String(error));
    }
    assertEquals(await first.outcome, null);
    for (const error of [await second.outcome, await peer.closed]) {
      assert(error instanceof RpcError);
      assertEquals([error.code, error.side], ["connection-aborted", "local"]);
      assert(error.message.includes("transferred"), error.message);
    }
  },
);
