/**
 * Measures what goes over NATS: `deno task bench:nats`, with `nats-server` on PATH or in
 * `NATS_SERVER`. It prints ratios to plain requests of NATS that carry the same JSON in
 * the same run; the rounds alternate. Client and responder are two processes, pinned to
 * two CPUs where `taskset` is there.
 *
 * - single requests, one and 128 in flight: `serviceClient` against `request`
 * - 128 and 256 in flight over a session, against 128 and 256 plain requests
 *
 * @module
 */
import { connect } from "@nats-io/transport-node";
import { connect as connectSession } from "../endpoints/nats.ts";
import { serviceClient } from "../nats/mod.ts";
import {
  NATS_SERVER,
  NatsServer,
} from "../tests/support/servers/nats_server.ts";
import { Echo, PLAIN, SESSIONS, VALUE } from "./support/nats/echo.ts";

const ROUNDS = 7;

type Call = () => Promise<unknown>;

/** Calls in a second, with so many in flight. */
async function rate(
  call: Call,
  calls: number,
  flight: number,
): Promise<number> {
  const begin = performance.now();
  const caller = async (): Promise<void> => {
    for (let i = 0; i < calls / flight; i++) await call();
  };
  await Promise.all(Array.from({ length: flight }, caller));
  return 1000 * calls / (performance.now() - begin);
}

/** The middle of ratios, and the least and the largest. */
function spread(ratios: number[]): string {
  ratios.sort((a, b) => a - b);
  const show = (n: number): string => n.toFixed(2);
  const middle = ratios[ratios.length >> 1]!;
  return `${show(middle)} (${show(ratios[0]!)} to ${show(ratios.at(-1)!)})`;
}

/** Compares a call with plain requests, in rounds that alternate. */
async function compare(
  name: string,
  plain: Call,
  ours: Call,
  { calls, oursCalls = calls, flight }: {
    calls: number;
    oursCalls?: number;
    flight: number;
  },
): Promise<void> {
  const ratios: number[] = [];
  let plainRate = 0, ourRate = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    plainRate = await rate(plain, calls, flight);
    ourRate = await rate(ours, oursCalls, flight);
    // The first one warms up.
    if (round > 0) ratios.push(ourRate / plainRate);
  }
  const k = (n: number): string => `${(n / 1000).toFixed(1)} k/s`;
  console.log(
    `${name}, ${flight} in flight: ${
      spread(ratios)
    } of plain requests (last round ${k(ourRate)} and ${k(plainRate)})`,
  );
}

/** Puts a process on a CPU of its own. */
async function pin(pid: number, cpu: number): Promise<void> {
  await new Deno.Command("taskset", {
    args: ["-a", "-cp", `${cpu}`, `${pid}`],
    stdout: "null",
    stderr: "null",
  }).output().catch(() => {
    console.log("taskset isn't there: the figures vary more");
  });
}

async function main(): Promise<void> {
  await using server = await NatsServer.start();
  const responder = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      new URL("./support/nats/responder.ts", import.meta.url).pathname,
      server.host,
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = responder.stdout.getReader();
  await output.read();
  await pin(responder.pid, 1);
  await pin(Deno.pid, 0);

  const nats = await connect({ servers: server.host });
  const echo = serviceClient(nats, Echo);
  const peer = await connectSession(`nats://${server.host}/${SESSIONS}`);
  const session = Echo.client(peer);

  const plain: Call = async () =>
    (await nats.request(PLAIN, JSON.stringify(VALUE), { timeout: 10_000 }))
      .json();
  const single: Call = () => echo.echo(VALUE);
  const pipelined: Call = () => session.echo(VALUE);

  await compare("service", plain, single, { calls: 1000, flight: 1 });
  await compare("service", plain, single, { calls: 5000, flight: 128 });
  await compare("session", plain, pipelined, { calls: 1000, flight: 1 });
  for (const flight of [128, 256]) {
    await compare("session", plain, pipelined, {
      calls: 5000,
      oursCalls: 50_000,
      flight,
    });
  }
  await peer.close();
  await echo[Symbol.asyncDispose]();
  await nats.close();
  output.releaseLock();
  await responder.stdin.close();
  await responder.status;
  await responder.stdout.cancel();
}

if (NATS_SERVER === null) {
  console.error("nats-server is neither on PATH nor in NATS_SERVER");
  Deno.exit(1);
}
await main();
