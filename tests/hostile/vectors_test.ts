import { assertEquals, assertRejects } from "@std/assert";
import { connect, listen, RpcError } from "../../mod.ts";
import vectors from "../protocol/vectors.json" with { type: "json" };
import { testWith } from "../support/permissions.ts";
import { writeAll } from "../support/scripted_fill.ts";
import { Victim } from "./victim.ts";
import { WIRE_KINDS } from "./wires.ts";

const INVALID = vectors.invalid
  .filter(({ framing }) => framing === "stream")
  .map(({ name, bytes, error, endian, note }) => ({
    name,
    error,
    bytes: Uint8Array.fromHex(bytes),
    endian: endian as "little" | "big",
    ends: note === "then the stream ends",
  }));

/** It cuts us off as soon as it has seen enough. */
function cutOff(error: unknown): void {
  if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
}

for (const { name, error, bytes, endian, ends } of INVALID) {
  for (const kind of WIRE_KINDS) {
    for (const step of [bytes.length, 1]) {
      const pieces = step === 1 ? "byte by byte" : "in one piece";
      Deno.test(`A live peer ends with ${error} on "${name}", ${pieces} (${kind})`, async () => {
        await using victim = new Victim({ kind, endian });
        const { peer } = victim;
        const request = await peer.sendRequest(1, "open");
        const pending = [
          request.recvUpdate(),
          request.recvResponse(),
          peer.recvMessage(),
          peer.call(2, "pending"),
        ].map((promise) => assertRejects(() => promise, RpcError));
        for (let at = 0; at < bytes.length; at += step) {
          await victim.say(bytes.subarray(at, at + step)).catch(cutOff);
        }
        if (ends) victim.wire.output.endReads();
        for (const failure of await Promise.all(pending)) {
          assertEquals(failure.code, error);
          assertEquals(failure.fatal, true);
        }
        const closed = await peer.closed;
        assertEquals(closed?.code, error);
        assertEquals(closed?.side, "remote");
        const again = await assertRejects(() => peer.recvMessage(), RpcError);
        assertEquals(again.code, error);
      });
    }
  }
}

for (const order of ["little", "big"] as const) {
  testWith(
    "net",
    `A listener lives on after every invalid vector (${order} endian)`,
    async () => {
      await using listener = listen("tcp://127.0.0.1:0", { endian: order });
      const { port } = listener.addr;
      for (const vector of INVALID.filter(({ endian }) => endian === order)) {
        const accepted = listener.accept();
        using conn = await Deno.connect({ port });
        await using peer = await accepted;
        await writeAll(conn, vector.bytes);
        if (vector.ends) await conn.closeWrite();
        assertEquals((await peer.closed)?.code, vector.error, vector.name);
        // It is cut off: reading ends, with or without a reset.
        const end = await conn.read(new Uint8Array(1)).catch(() => null);
        assertEquals(end, null, vector.name);
      }
      const running = listener.run((peer) => peer.serve({ 1: (_r, b) => b }));
      await using good = await connect({ transport: "tcp", port }, {
        endian: order,
      });
      assertEquals((await good.call(1, "alive")).text(), "alive");
      await good.close();
      listener.close();
      await running;
    },
  );
}
