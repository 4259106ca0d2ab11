/** A lease is sent by the same call over any transport: as a copy where there are no rings. */
import { assert, assertEquals } from "@std/assert";
import { SharedMemoryPool } from "../../../mod.ts";
import { isShared } from "../../../protocol/body.ts";
import { conformance } from "../../support/conformance.ts";
import { PERMISSIONS } from "../../support/permissions.ts";
import { assertFilled, soon } from "./support.ts";

const LEN = 70_000;
const OPTIONS = { maxBodyLenRead: LEN, maxBodyLenWrite: LEN };

if (PERMISSIONS.ffi.granted) {
  conformance("a lease can be sent", async (scene) => {
    const [client, server] = await scene.pair(OPTIONS);
    using pool = new SharedMemoryPool(null, { maxRegions: 1 });
    const serving = server.serve({
      1: (_request, body) => {
        assertFilled(body.data, 1);
        const isCopy = !isShared(body);
        body[Symbol.dispose]();
        return `${isCopy}`;
      },
    });
    const lease = pool.lend(LEN);
    lease.bytes.fill(1);
    const { data } = (await soon(client.call(1, lease))).body;
    const isCopy = new TextDecoder().decode(data.slice());
    assertEquals(isCopy, `${!scene.transport.name.startsWith("shared ring")}`);
    lease.release();
    const { lent } = pool.stats();
    assertEquals(lent, 0);
    // It is lent again, so nobody has kept it.
    using again = pool.lend(LEN);
    assert(again.bytes.length === LEN);
    await client.close();
    await serving;
  });
}
