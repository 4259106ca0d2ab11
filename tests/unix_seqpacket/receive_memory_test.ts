/** What is received into is shared by connections, also where their limits differ. */
import { assert, assertEquals } from "@std/assert";
import { MessageType, RpcError } from "../../mod.ts";
import { datagram, nextStream, sceneTest } from "./support/scene.ts";

const MIB = 1024 * 1024;

sceneTest(
  "Connections with similar limits take up no more memory than one",
  (scene) => {
    const limits = Array.from({ length: 32 }, (_, i) => 256 * 1024 - 1000 * i);
    const before = Deno.memoryUsage().external;
    for (const maxBodyLenRead of limits) scene.raw({ maxBodyLenRead });
    const taken = Deno.memoryUsage().external - before;
    // One has up to 4 MiB of address space.
    assert(taken < 16 * MIB, `${taken} bytes for ${limits.length}`);
  },
);

sceneTest("Each has its own limit all the same", async (scene) => {
  const limits = [0, 1, 2, 3, 1000, 4095, 4096, 4097, 5000];
  for (const limit of limits) {
    const [peer, raw] = scene.raw({ maxBodyLenRead: limit });
    raw.send(datagram(MessageType.Stream, 0, 1, new Uint8Array(limit + 1)));
    raw.send(datagram(MessageType.Stream, 0, 2, new Uint8Array(limit).fill(7)));
    const error = await nextStream(peer).then(() => null, (e) => e);
    assert(error instanceof RpcError, `${limit + 1} bytes came through`);
    assertEquals(
      [error.code, error.limit, error.actual],
      ["payload-too-large", limit, limit + 1],
    );
    const { data } = (await nextStream(peer)).body;
    assertEquals(data, new Uint8Array(limit).fill(7));
  }
});
