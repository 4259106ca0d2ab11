/**
 * A link through thousands of schedules: servers that go down, are killed, freeze, fall
 * silent, drain, answer nothing, and come back, while calls are made. The seed is in the
 * name.
 */
import { assert, assertEquals } from "@std/assert";
import { type Message, RpcError } from "../../mod.ts";
import { Prng } from "../fuzz/prng.ts";
import { HandClock } from "../support/hand_clock.ts";
import { sized } from "../support/suite/long.ts";
import { TestLink } from "./support/test_link.ts";
import { settle, TestServer } from "./support/test_server.ts";

const SEEDS = sized(1, 20), SCHEDULES = 100, STEPS = 16;

/** Numbers from 0 to below 1, the same for a seed. */
function randomOf(seed: number): () => number {
  const prng = new Prng(seed);
  return () => prng.uint32() / 2 ** 32;
}

interface SimulatedCall {
  readonly number: number;
  readonly idempotent: boolean;
  ends: number;
  outcome: string;
}

/** One schedule. */
class Simulation {
  readonly random: () => number;
  readonly clock = new HandClock();
  readonly runs = new Map<number, number>();
  readonly calls: SimulatedCall[] = [];
  readonly servers: TestServer[];
  readonly test: TestLink;
  readonly held = new Set<() => void>();

  constructor(random: () => number) {
    this.random = random;
    this.servers = ["a", "b", "c"].slice(0, 1 + this.pick(3)).map((name) =>
      this.server(name)
    );
    this.test = new TestLink(this.servers, {
      strategy: this.chance(0.5) ? "failover" : "round-robin",
      healthCheck: true,
      connectTimeout: 2000,
      healthyAfter: 1000,
    }, random);
  }

  pick(below: number): number {
    return Math.floor(this.random() * below);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  server(name: string): TestServer {
    const server = new TestServer(this.clock, {
      1: async (_request, body, { signal }) => {
        const number = Number(body.text());
        this.runs.set(number, (this.runs.get(number) ?? 0) + 1);
        if (this.chance(0.5)) {
          await new Promise<void>((resolve) => {
            this.held.add(resolve);
            signal.addEventListener("abort", () => resolve());
          });
        }
        return `${number}`;
      },
    }, name);
    server.options = {
      extensions: true,
      heartbeat: { interval: 300, timeout: 300 },
      drainTimeout: 500,
      closeTimeout: 500,
      onError: () => {},
    };
    return server;
  }

  call(): void {
    const number = this.calls.length;
    const call = {
      number,
      idempotent: this.chance(0.4),
      ends: 0,
      outcome: "",
    };
    this.calls.push(call);
    const { idempotent } = call;
    const options = { idempotent, timeout: 200 + this.pick(4000) };
    const made = this.chance(0.7)
      ? this.test.link.call(1, `${number}`, options)
      : this.request(number, options);
    made.then((response) => {
      assertEquals(response.text(), `${number}`, "another call's answer");
      return "done";
    }, (error) => {
      assert(error instanceof RpcError, String(error));
      return error.outcome ?? error.code;
    }).then((outcome) => {
      call.ends++;
      call.outcome = outcome;
    });
  }

  async request(
    number: number,
    options: { idempotent: boolean; timeout: number },
  ): Promise<Message> {
    using request = await this.test.link.sendRequest(1, `${number}`, options);
    const response = await request.recvResponse();
    if (response.isError) throw new RpcError("remote-error", response.text());
    return response;
  }

  /** Something happens. */
  step(): void {
    const server = this.servers[this.pick(this.servers.length)]!;
    const events: (() => void)[] = [
      () => server.kill(),
      () => server.freeze(),
      () => server.mute(),
      () => server.drain(),
      () => server.start(),
      () => server.start(),
      () => void (server.silent = true),
      () => {
        for (const release of this.held) release();
        this.held.clear();
      },
      () => this.test.link.retryNow(),
    ];
    if (this.chance(0.6)) events[this.pick(events.length)]!();
    for (let left = this.pick(4); left > 0; left--) this.call();
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 100) {
      this.clock.turn(Math.min(left, 100));
      await settle(2);
    }
  }

  /** Runs it, and checks what has become of it. */
  async run(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      this.step();
      if (this.chance(0.5)) await this.pass(100 * this.pick(8));
      else await settle(2);
    }
    for (const release of this.held) release();
    // The longest timeout of a call.
    await this.pass(4300);
    for (const call of this.calls) this.check(call);
    const attempts = this.servers.reduce((sum, s) => sum + s.attempts, 0);
    const { retries } = this.test.link.stats();
    // Each of the budget's tokens, and those that the calls have given back.
    assert(retries <= 10 + 2 * this.calls.length, `${retries} retries`);
    const rounds = 3 + this.clock.now() / 80;
    assert(attempts <= rounds * this.servers.length, `${attempts} attempts`);
    await this.test[Symbol.asyncDispose]();
  }

  check({ number, idempotent, ends, outcome }: SimulatedCall): void {
    const runs = this.runs.get(number) ?? 0;
    const text = `call ${number} (${outcome}) ran ${runs} times`;
    assertEquals(ends, 1, `${text}, and ended ${ends} times`);
    if (!idempotent) assert(runs <= 1, text);
    if (outcome === "done") assert(runs >= 1, text);
    if (outcome === "not-sent" || outcome === "refused") {
      assertEquals(runs, 0, text);
    }
  }
}

for (let seed = 1; seed <= SEEDS; seed++) {
  Deno.test(`${SCHEDULES} schedules of servers that come and go, seed ${seed}`, async () => {
    // Each has its own clock; together they share the turns of the event loop.
    const schedules = Array.from(
      { length: SCHEDULES },
      (_, schedule) => new Simulation(randomOf(1000 * seed + schedule)).run(),
    );
    await Promise.all(schedules);
  });
}
