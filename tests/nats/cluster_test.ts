/** A cluster of three nodes of which one is killed under load. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { bind, connect } from "../../endpoints/nats.ts";
import { service, serviceClient } from "../../nats/mod.ts";
import { reconnect } from "../../reconnect/mod.ts";
import type { NatsConnection } from "../../transports/nats/nats_connection.ts";
import {
  type NatsServer,
  startCluster,
  testWithNats,
} from "../support/servers/nats_server.ts";
import { Camera } from "./camera.ts";
import { connectNats, nextStatus } from "./support.ts";

/** The nodes in another order: this one first. */
function from(nodes: readonly NatsServer[], first: number): string[] {
  const hosts = nodes.map(({ host }) => host);
  return [...hosts.slice(first), ...hosts.slice(0, first)];
}

/** A connection to one node, which goes to the others when that one is gone. */
function connectTo(
  nodes: readonly NatsServer[],
  first: number,
): Promise<NatsConnection & AsyncDisposable> {
  return connectNats(nodes[first]!, {
    servers: from(nodes, first),
    noRandomize: true,
    maxReconnectAttempts: -1,
  });
}

/** The outcome of a call that nobody serves, and that never ran. */
const REFUSED = "remote-error, refused";

/** Many calls at once, each with a number of its own, and what became of them. */
class Load {
  readonly #call: (n: number) => Promise<string>;
  readonly outcomes = new Map<number, string>();
  #next = 0;
  #stopped = false;
  #enough: (() => void) | null = null;
  #wanted = 0;
  readonly #callers: Promise<void>[];

  constructor(call: (n: number) => Promise<string>, flight = 32) {
    this.#call = call;
    this.#callers = Array.from({ length: flight }, () => this.#run());
  }

  /** Resolves when so many further calls have been answered. */
  async answered(count: number): Promise<void> {
    this.#wanted = count;
    await new Promise<void>((resolve) => this.#enough = resolve);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#callers);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const n = this.#next++;
      let outcome: string;
      try {
        assertEquals(await this.#call(n), `image ${n}`);
        outcome = "answered";
        if (--this.#wanted === 0) this.#enough?.();
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        outcome = `${error.code}, ${error.outcome}`;
      }
      assert(!this.outcomes.has(n));
      this.outcomes.set(n, outcome);
    }
  }
}

testWithNats(
  "a killed node: no request runs twice, and all else goes on",
  async () => {
    await using stack = new AsyncDisposableStack();
    const nodes = await startCluster(3, stack);
    const runs = new Map<number, number>();
    const ran = new Set<number>();
    const handlersAt = (node: number) => ({
      expose(n: number): string {
        runs.set(n, (runs.get(n) ?? 0) + 1);
        ran.add(node);
        return `image ${n}`;
      },
      record: () => "done",
      follow: () => [],
      wait: () => "",
      hint() {},
    });
    const at = await Promise.all([1, 2].map((node) => connectTo(nodes, node)));
    for (const [i, connection] of at.entries()) {
      const implemented = Camera.implement(handlersAt(i + 1));
      stack.use(connection);
      stack.use(await service(connection, implemented));
    }
    const here = stack.use(await connectTo(nodes, 0));
    const camera = stack.use(serviceClient(here, Camera, { callTimeout: 500 }));

    // Until the nodes have told each other, nobody serves it here.
    while (ran.size < 2) await camera.expose(-1).catch(() => {});
    const load = new Load((n) => camera.expose(n));
    await load.answered(500);
    const back = nextStatus(at[0]!, "reconnect");
    await nodes[1]!.kill();
    await back;
    await load.answered(500);
    await load.stop();

    runs.delete(-1);
    for (const [n, count] of runs) assertEquals([n, count], [n, 1]);
    const answered = [...load.outcomes].filter(([, what]) =>
      what === "answered"
    );
    for (const [n] of answered) assertEquals(runs.get(n), 1);
    for (const [n, what] of load.outcomes) {
      if (what === REFUSED) assertEquals(runs.get(n), undefined);
    }
    // What was under way to that node ends by its time. While the nodes tell each
    // other, one may know of no service for a moment. The rest is answered.
    const others = new Set(load.outcomes.values());
    others.delete("answered");
    others.delete("deadline-exceeded, unknown");
    others.delete(REFUSED);
    assertEquals([...others], []);
  },
);

testWithNats(
  "a killed node: sessions end clearly, and links come back",
  async () => {
    await using stack = new AsyncDisposableStack();
    const nodes = await startCluster(3, stack);
    const runs = new Map<string, number>();
    const listener = stack.use(
      await bind(`nats://${from(nodes, 2).join(",")}/cell.camera`, {
        nats: { noRandomize: true },
      }),
    );
    listener.run((peer) =>
      peer.serve({
        1: (_request, body) => {
          const text = body.text();
          runs.set(text, (runs.get(text) ?? 0) + 1);
          return `image ${text}`;
        },
      })
    );
    const address = `nats://${from(nodes, 0).join(",")}/cell.camera` as const;
    const link = stack.use(
      reconnect(address, {
        nats: { noRandomize: true },
        backoff: { initial: 20 },
      }),
    );
    await link.ready();
    const plain = stack.use(
      await connect(address, { nats: { noRandomize: true } }),
    );

    const load = new Load(async (n) => {
      const response = await link.call(1, `${n}`, { timeout: 10_000 });
      return response.text();
    });
    await load.answered(500);
    await nodes[0]!.kill();
    const ended = await plain.closed;
    assertEquals(
      [ended?.code, ended?.message],
      [
        "connection-aborted",
        `The connection to the NATS server ${
          nodes[0]!.host
        } is lost, and with it what was under way`,
      ],
    );
    await assertRejects(() => plain.call(1, "late"), RpcError);
    await link.ready();
    await load.answered(500);
    await load.stop();

    for (const [n, count] of runs) assertEquals([n, count], [n, 1]);
    const others = new Set(load.outcomes.values());
    others.delete("answered");
    others.delete("connection-aborted, unknown");
    assertEquals([...others], []);
  },
);
