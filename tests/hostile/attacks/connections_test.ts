/** Many hostile connections at once over every transport, and the limits of a listener. */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLess,
} from "@std/assert";
import { MessageType, RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { fired } from "../../support/expect.ts";
import type { RawEnd } from "../../support/raw_end.ts";
import { sized } from "../../support/suite/long.ts";
import { LIMITS } from "./attack.ts";
import { AttackedServer } from "./server.ts";

const { Request, Stream } = MessageType;
const NEVER = 2;
const BODY = new Uint8Array(8000);
/** What one read may bring more than a limit allows. */
const ONE_READ = 256 * 1024;

/** Reads until the other side has ended the connection, with or without an error. */
async function ended(raw: RawEnd): Promise<void> {
  try {
    while (await raw.recv() !== null);
  } catch (error) {
    assertInstanceOf(error, Error);
  }
}

conformance(
  "connections over maxConnections are closed, and the others served",
  async (scene) => {
    const most = 4, more = sized(6, 100);
    await using server = await AttackedServer.start(
      scene,
      { ...LIMITS, maxConnections: most },
      (peer) => peer.closed,
    );
    const raws: RawEnd[] = [];
    for (let i = 0; i < most - 1 + more; i++) raws.push(await server.open());
    await Promise.all(raws.slice(most - 1).map(ended));
    const { open, accepted, refused } = server.listener.stats();
    assertEquals([open, accepted, refused], [most, most, more]);
    for (const error of server.errors) {
      assertInstanceOf(error, RpcError);
      assertEquals([error.code, error.limit], ["limit-exceeded", most]);
    }
    await server.servesOthers();
    // One that leaves makes room.
    await raws[0]!.close();
    await server.until((stats) => stats.open < most);
    await server.open();
    await server.until((stats) => stats.open === most);
    await server.end();
  },
);

conformance(
  "connections that are opened and dropped leave nothing",
  async (scene) => {
    const count = sized(20, 200);
    await using server = await AttackedServer.start(
      scene,
      LIMITS,
      (peer) => peer.serve({}),
    );
    for (let i = 0; i < count; i++) {
      const raw = await server.open();
      // Some ask for something before they go.
      if (i % 3 !== 0) await raw.send(Request, i, NEVER, BODY);
      await raw.close();
    }
    await server.until(({ accepted, open }) =>
      accepted === count + 1 && open === 1
    );
    await server.end();
  },
);

conformance(
  "where connections hold too much together, those that hold the most end",
  async (scene) => {
    const limit = 400_000, clients = 3;
    await using server = await AttackedServer.start(
      scene,
      // Each alone may hold more than all together.
      {
        ...LIMITS,
        maxInboxMessages: 4096,
        maxInboxBytes: 16 * limit,
        maxTotalQueuedBytes: limit,
      },
      (peer) => peer.closed,
    );
    const raws: RawEnd[] = [];
    for (let i = 0; i < clients; i++) raws.push(await server.open());
    await server.until(({ open }) => open === clients + 1);
    const attackers = [...server.listener.peers].slice(1);
    // Each sends more than all together may hold.
    const floods = raws.map(async (raw) => {
      const sending = async (): Promise<void> => {
        for (let i = 0; i < 80; i++) await raw.send(Stream, 0, i, BODY);
      };
      // It is cut off meanwhile.
      await Promise.all([sending().catch(() => {}), ended(raw)]);
    });
    const total = (): number =>
      [...server.listener.peers].reduce((sum, peer) => {
        const { inboxBytes, queuedBytes } = peer.stats();
        return sum + inboxBytes + queuedBytes;
      }, 0);
    await server.until(({ open }) => {
      assertLess(total(), limit + clients * ONE_READ);
      return open === 1;
    });
    for (const attacker of attackers) {
      const error = await attacker.closed;
      assertInstanceOf(error, RpcError);
      assertEquals([error.code, error.fatal], ["limit-exceeded", true]);
      assert(error.message.includes("maxTotalQueuedBytes"), error.message);
    }
    await server.end();
    await Promise.all(floods);
  },
);

conformance(
  "requests over maxTotalOpenRequests are refused, whoever has opened the others",
  async (scene) => {
    const limit = 30;
    await using server = await AttackedServer.start(
      scene,
      { ...LIMITS, maxTotalOpenRequests: limit },
      (peer) =>
        peer.serve({
          [NEVER]: (_request, _body, { signal }) =>
            fired(signal).then(() => ""),
        }),
    );
    const raws = [await server.open(), await server.open()];
    for (let id = 0; id < limit; id++) {
      await raws[id % 2]!.send(Request, id, NEVER, "open");
    }
    const open = (): number =>
      [...server.listener.peers].reduce(
        (sum, peer) => sum + peer.stats().openReceivedRequests,
        0,
      );
    await server.until(() => open() === limit);
    await raws[0]!.send(Request, limit, NEVER, "one too many");
    const refusal = await raws[0]!.recv();
    assert(refusal?.isError);
    assert(refusal.text().includes("maxTotalOpenRequests"), refusal.text());
    // The honest one is refused like others, and told why.
    const error = await server.honest.call(1, "").catch((error) => error);
    assertInstanceOf(error, RpcError);
    assertEquals([error.reason, open()], ["limit-exceeded", limit]);
    // A connection that ends takes its requests with it.
    await raws[0]!.close();
    await server.until((stats) => stats.open === 2);
    await server.end();
  },
);
