/** What has to hold over a network that fails, over each transport. */
import { assert, assertEquals } from "@std/assert";
import { tick } from "../../internal/event_loop.ts";
import type { PeerHandle, RpcError } from "../../mod.ts";
import { reconnect } from "../../reconnect/mod.ts";
import { Accounting } from "../../tools/soak/account.ts";
import { ECHO, SAMPLE, WAIT } from "../../tools/soak/services.ts";
import { Traffic } from "../../tools/soak/traffic.ts";
import { Prng } from "../fuzz/prng.ts";
import { rejectsWith } from "../support/expect.ts";
import type { NetworkTransport } from "./server.ts";
import type { Network } from "./wire/network.ts";
import type { Faults } from "./wire/wire_memory.ts";

/** Something that has to hold. */
export type Scenario = (
  network: Network,
  transport: NetworkTransport,
) => Promise<void>;

const HEARTBEAT = { interval: 200, timeout: 300 };

/** Some of everything. */
export const FAULTS: Partial<Faults> = {
  loss: 20,
  duplicates: 30,
  damage: 10,
  latency: 1,
  jitter: 3,
};

/** Requests of all kinds at random, each of which has to be answered as it must. */
class AllAnswered {
  readonly #accounting = new Accounting();
  readonly #traffic: Traffic;

  constructor(seed: number) {
    this.#traffic = new Traffic(new Prng(seed), this.#accounting);
  }

  async session(peer: PeerHandle, rounds: number): Promise<void> {
    await this.#traffic.session(peer, { rounds, atOnce: 16 });
    const { sent, answered, failed, wrong } = this.#accounting.account;
    assertEquals([failed, wrong], [{}, {}]);
    assertEquals(answered, sent);
  }
}

/** The ends of all connections that a server has. */
function endsOf(
  { peers }: { readonly peers: Iterable<{ closed: Promise<RpcError | null> }> },
): Promise<(RpcError | null)[]> {
  return Promise.all([...peers].map(({ closed }) => closed));
}

/** What a network does, and what holds then. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "loses, repeats, damages and reorders packets: all is answered, in order":
    async (network, transport) => {
      await using server = await transport.listen(network);
      await using peer = await server.connect();
      const before = network.counts;
      network.faults = FAULTS;
      await new AllAnswered(1).session(peer, 25);
      const { counts } = network;
      for (
        const what of ["lost", "duplicated", "damaged", "overtaken"] as const
      ) {
        assert(counts[what] > before[what], `no packets were ${what}`);
      }
    },

  "takes shorter packets from one moment on: all gets through": async (
    network,
    transport,
  ) => {
    await using server = await transport.listen(network);
    await using peer = await server.connect();
    const traffic = new AllAnswered(2);
    await traffic.session(peer, 5);
    const before = network.counts;
    const shorter = traffic.session(peer, 20);
    network.faults = { mtu: 600 };
    await shorter;
    await peer.call(ECHO, new Uint8Array(100_000));
    assert(network.counts.refused > before.refused);
  },

  "is down for less than the timeouts: all is answered": async (
    network,
    transport,
  ) => {
    const heartbeat = { interval: 10_000, timeout: 10_000 };
    await using server = await transport.listen(network, { heartbeat });
    await using peer = await server.connect({ heartbeat });
    const traffic = new AllAnswered(3);
    for (let i = 0; i < 2; i++) {
      const session = traffic.session(peer, 10);
      network.faults = { down: 1 };
      await network.more("swallowed", 3);
      network.faults = {};
      await session;
    }
    // And as its own kernel knows of it.
    network.isUp = false;
    const session = traffic.session(peer, 5);
    network.isUp = true;
    await session;
  },

  "is down for longer than the heartbeat: both sides end": async (
    network,
    transport,
  ) => {
    const options = { heartbeat: HEARTBEAT };
    await using server = await transport.listen(network, options);
    await using peer = await server.connect(options);
    await peer.call(ECHO, "");
    const calling = rejectsWith(
      "connection-aborted",
      () => peer.call(WAIT, ""),
    );
    network.faults = { down: 1 };
    assertEquals((await calling).outcome, "unknown");
    assertEquals((await peer.closed)?.code, "connection-aborted");
    for (const end of await endsOf(server.listener)) {
      assertEquals(end?.code, "connection-aborted");
    }
  },

  "is down for longer than stallTimeout, in the middle of messages: that ends":
    async (network, transport) => {
      const options = { stallTimeout: 300, closeTimeout: 100 };
      await using server = await transport.listen(network, options);
      await using peer = await server.connect(options);
      await peer.call(ECHO, "");
      const [serverEnd] = [...server.listener.peers];
      const body = new Uint8Array(200_000);
      const sending = Array.from(
        { length: 60 },
        () => peer.call(ECHO, body).then(() => null, (error) => error.code),
      );
      while (serverEnd!.stats().bytesReceived < 100_000) await tick();
      network.faults = { down: 1 };
      const codes = new Set(await Promise.all(sending));
      codes.delete(null);
      assertEquals([...codes], ["limit-exceeded"]);
      assertEquals((await peer.closed)?.code, "limit-exceeded");
      if (!transport.seesParts) return;
      assertEquals((await serverEnd!.closed)?.code, "limit-exceeded");
    },

  "is down while a connection closes: it closes in time": async (
    network,
    transport,
  ) => {
    await using server = await transport.listen(network, {
      heartbeat: HEARTBEAT,
    });
    const peer = await server.connect({ closeTimeout: 100 });
    await peer.call(ECHO, "");
    network.faults = { down: 1 };
    peer.sendStream(SAMPLE, "1").catch(() => {});
    await peer.close();
    await endsOf(server.listener);
  },

  "is down while somebody connects: a signal ends that": async (
    network,
    transport,
  ) => {
    await using server = await transport.listen(network);
    network.faults = { down: 1 };
    const stop = new AbortController();
    const connecting = server.connect({ signal: stop.signal })
      .then(() => null, (error) => error);
    await network.more("swallowed", 1);
    stop.abort(new Error("enough"));
    assertEquals((await connecting).message, "enough");
  },

  "is down for longer than the heartbeat: a link comes back": async (
    network,
    transport,
  ) => {
    const options = { heartbeat: HEARTBEAT };
    await using server = await transport.listen(network, options);
    await using link = reconnect(
      ({ signal }) => server.connect({ ...options, signal }),
      {
        connectTimeout: 500,
        backoff: { initial: 10, max: 20 },
      },
    );
    await link.ready();
    // The other side may have done it.
    const once = rejectsWith("connection-aborted", () => link.call(WAIT, ""));
    await link.call(ECHO, "");
    network.faults = { down: 1 };
    const again = link.call(ECHO, "again", { idempotent: true });
    assertEquals((await once).outcome, "unknown");
    network.faults = {};
    assertEquals((await again).text(), "again");
    // As its own kernel knows of it, attempts fail at once, until it is up.
    network.isUp = false;
    for await (const { state, error } of link) {
      if (state === "waiting" && error !== null) break;
    }
    network.isUp = true;
    const there = await link.call(ECHO, "there", { idempotent: true });
    assertEquals(there.text(), "there");
  },
};

/** A scenario over a transport. */
export interface Cell {
  readonly transport: NetworkTransport;
  readonly name: string;
  readonly scenario: Scenario;
}

/** All scenarios over the first transport, and over the others all or a third of them. */
export function cells(
  transports: readonly NetworkTransport[],
  all: boolean,
): Cell[] {
  return transports.flatMap((transport, i) =>
    Object.entries(SCENARIOS)
      .filter((_, j) => all || i === 0 || (i + j) % 3 === 0)
      .map(([name, scenario]) => ({ transport, name, scenario }))
  );
}
