/** A large body that changes while a part of it is written: no message is made up of what follows. */
import { assert, assertEquals } from "@std/assert";
import { CHANGES } from "../support/bodies/changing_bodies.ts";
import { parse } from "../support/scripted_frames.ts";
import { turns } from "../support/scripted_turn.ts";
import { Victim } from "../hostile/victim.ts";
import { assertEmpty, hearEnd, settles } from "./support.ts";

const LENGTH = 1024 * 1024;

/** So much of it is written before it changes. */
for (const written of [0, 1000, 400_000]) {
  for (const [name, make] of Object.entries(CHANGES)) {
    Deno.test(`A body that ${name} when ${written} bytes of it are written ends the connection, and nothing follows`, async () => {
      await using victim = new Victim({
        maxBodyLenWrite: LENGTH,
        writeQueueBytes: 10 * LENGTH,
        writes: { capacity: 1000 },
      });
      const { peer, wire: { input } } = victim;
      const body = make(LENGTH);
      body.data.fill(7);
      const sending = peer.sendStream(1, body.data);
      const behind = [
        peer.sendStream(2, new Uint8Array(LENGTH)),
        peer.sendStream(3, new Uint8Array(LENGTH)),
      ];
      const settled = Promise.allSettled([sending, ...behind]);
      await turns(2);
      while (input.written < written) await input.read();
      body.change();
      const hearing = hearEnd(victim);
      const error = await settles(peer.closed);
      await hearing;
      // Where the wire itself held it, the wire may be the one that complains.
      assertEquals(error?.code, "connection-aborted");
      for (const { status } of await settled) assertEquals(status, "rejected");
      const { frames, rest } = parse(input.log);
      assertEquals(frames, []);
      assert(rest <= 16 + LENGTH);
      assertEmpty(victim);
    });
  }

  Deno.test(`A response that changes when ${written} bytes of it are written ends the connection, and nothing follows`, async () => {
    for (const make of Object.values(CHANGES)) {
      await using victim = new Victim({
        maxBodyLenWrite: LENGTH,
        writes: { capacity: 1000 },
      });
      const { peer, wire: { input } } = victim;
      const body = make(LENGTH);
      const serving = peer.serve({ 1: () => body.data });
      const head = new Uint8Array(Uint32Array.of(12, 0, 7, 1).buffer);
      await victim.say(head);
      await turns(2);
      while (input.written < written) await input.read();
      // Over 256 KiB it has been copied into a buffer of ours, piece by piece.
      body.change();
      const hearing = hearEnd(victim);
      const error = await settles(peer.closed);
      await hearing;
      await serving;
      assertEquals(error?.code, "connection-aborted");
      assertEquals(parse(input.log).frames, []);
      assertEmpty(victim);
    }
  });
}
