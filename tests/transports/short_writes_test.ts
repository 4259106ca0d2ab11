/** Large bodies over a transport that takes little at a time. */
import { assert, assertEquals } from "@std/assert";
import { equals } from "@std/bytes";
import { Peer, type PeerHandle } from "../../mod.ts";
import { Victim } from "../hostile/victim.ts";
import { SCRIPTED_KINDS, scriptedPair } from "../support/scripted_duplex.ts";
import {
  frame,
  REQUEST,
  RESPONSE,
  STREAM,
} from "../support/scripted_frames.ts";
import { turns } from "../support/scripted_turn.ts";
import { numberedBody } from "../support/bodies/numbered_body.ts";

const KIB = 1024;
const MOST = 4 * KIB * KIB;
const LIMITS = { maxBodyLenRead: MOST, maxBodyLenWrite: MOST };
/** Around what is copied, and around the pieces in which a response is written. */
const LENGTHS = [256 * KIB - 1, 256 * KIB, 256 * KIB + 1, 512 * KIB, 700_001];

/** Answers requests with their own bodies, and spoils them when that has settled. */
async function echo(peer: PeerHandle): Promise<void> {
  for await (const message of peer) {
    assert(message.kind === "request");
    const copy = message.body.data.slice();
    await message.request.sendResponse(1, copy);
    copy.fill(0xee);
  }
}

for (const kind of SCRIPTED_KINDS) {
  for (const writeMost of [9973, 256 * KIB - 1, 256 * KIB]) {
    Deno.test(`large bodies arrive as they were, ${writeMost} bytes at a time (${kind})`, async () => {
      const script = { writeMost, capacity: 3 * writeMost };
      const [here, there] = scriptedPair(script, script);
      await using client = Peer.spawn(here[kind](LIMITS));
      await using server = Peer.spawn(there[kind](LIMITS));
      const echoing = echo(server);
      const responses = await Promise.all(LENGTHS.map(async (length, i) => {
        const body = numberedBody(i, length);
        const request = await client.sendRequest(1, body);
        body.fill(0xee);
        return await request.recvResponse();
      }));
      for (const [i, length] of LENGTHS.entries()) {
        assert(
          equals(responses[i]!.body.data, numberedBody(i, length)),
          `${length}`,
        );
      }
      await client.close();
      await echoing;
    });
  }

  Deno.test(`a response that is let go in the middle of a write arrives as it was (${kind})`, async () => {
    const length = 900_000;
    // Where the writer is when reading pauses: in the first piece, and later ones.
    for (const heard of [0, 1, 100_000, 262_144, 300_000, 800_000]) {
      await using victim = new Victim({
        ...LIMITS,
        kind,
        maxInboxMessages: 1,
        writes: { writeMost: 5000, capacity: 10_000 },
      });
      const { peer, wire } = victim;
      await victim.say(frame(REQUEST, 5, 1));
      const message = await peer.recvMessage();
      assert(message?.kind === "request");
      const body = numberedBody(3, length);
      const sending = message.request.sendResponse(1, body);
      await turns();
      while (wire.input.taken < heard) {
        await wire.input.read();
      }
      await victim.say(frame(STREAM, 0, 1));
      await sending;
      body.fill(0xee);
      while (wire.input.taken < 16 + length) await wire.input.read();
      const [response] = victim.said;
      assertEquals([response?.type, response?.requestId], [RESPONSE, 5]);
      assert(
        equals(response!.body, numberedBody(3, length)),
        `after ${heard} bytes`,
      );
      assertEquals((await peer.recvMessage())?.kind, "stream");
    }
  });
}
