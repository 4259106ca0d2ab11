/**
 * A client of `deno task soak`. The arguments are the JSON of its links, and a seed.
 * Connects, asks at random, and closes, over all links at once; answers each line of its
 * input with its figures, and ends with its input.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { tick } from "../../internal/event_loop.ts";
import {
  connect,
  FileDescriptor,
  type PeerHandle,
  RpcError,
  SharedMemoryPool,
  type UnixBody,
} from "../../mod.ts";
import { Prng } from "../../tests/fuzz/prng.ts";
import { linesOf } from "../lines_of.ts";
import { Accounting } from "./account.ts";
import type { Link } from "./addresses.ts";
import { figures } from "./figures.ts";
import {
  COUNT,
  DESCRIPTORS,
  ECHO,
  FAIL,
  FRAME,
  MAX_BODY,
  OPTIONS,
  WAIT,
} from "./services.ts";

const links: Link[] = JSON.parse(Deno.args[0]!);
const prng = new Prng(Number(Deno.args[1]));
const accounting = new Accounting();
const counts = { connections: 0, refused: 0, updates: 0 };
let over = false;

/** The reason of an abort, which is no failure. */
class Stop extends Error {}

async function echo(peer: PeerHandle): Promise<void> {
  const length = prng.oneIn(20)
    ? prng.int(0, MAX_BODY)
    : prng.int(0, prng.oneIn(3) ? 4000 : 100);
  const mark = prng.int(0, 255);
  await accounting.request(async () => {
    const { body } = await peer.call(ECHO, new Uint8Array(length).fill(mark));
    using echoed = body;
    return echoed.data.length === length &&
      echoed.data.every((byte) => byte === mark);
  }, (same) => same);
}

async function updates(peer: PeerHandle): Promise<void> {
  const wanted = prng.int(0, 300);
  await accounting.request(async () => {
    using request = await peer.sendRequest(COUNT, `${wanted}`);
    let seen = 0;
    for await (const update of request) {
      if (Number(update.text()) !== ++seen) return `update ${seen}`;
    }
    counts.updates += seen;
    const response = await request.recvResponse();
    if (response.isError) throw new RpcError("remote-error", response.text());
    return `${response.text()} ${seen}`;
  }, (text) => text === `${wanted} ${wanted}`);
}

/** Asks for what ends by an abort or by its time; that it did is the right answer. */
async function cancelled(peer: PeerHandle): Promise<void> {
  const stop = new AbortController();
  const byTime = prng.oneIn(2);
  await accounting.request(async () => {
    const calling = peer.call(WAIT, "", {
      signal: stop.signal,
      ...(byTime ? { timeout: prng.int(1, 50) } : {}),
    });
    // It may fail before it is waited for.
    calling.catch(() => {});
    if (!byTime) {
      for (let turns = prng.int(0, 5); turns > 0; turns--) await tick();
      stop.abort(new Stop());
    }
    try {
      return (await calling).text();
    } catch (error) {
      if (error instanceof Stop) return "stopped";
      const late = error instanceof RpcError &&
        error.code === "deadline-exceeded";
      if (late) return "late";
      throw error;
    }
  }, (text) => text === (byTime ? "late" : "stopped"));
}

async function failing(peer: PeerHandle): Promise<void> {
  await accounting.request(async () => {
    try {
      return (await peer.call(FAIL, "")).text();
    } catch (error) {
      const asAsked = error instanceof RpcError &&
        error.code === "remote-error" && error.message === "as asked";
      if (asAsked) return error.message;
      throw error;
    }
  }, (text) => text === "as asked");
}

async function descriptors(peer: PeerHandle): Promise<void> {
  const wanted = prng.int(1, 4);
  await accounting.request(async () => {
    using stack = new DisposableStack();
    const fds = Array.from(
      { length: wanted },
      () => stack.use(FileDescriptor.open("/dev/null")),
    );
    const typed = peer as unknown as PeerHandle<UnixBody>;
    return (await typed.call(DESCRIPTORS, { data: "", fds })).text();
  }, (text) => text === `${wanted}`);
}

async function leases(peer: PeerHandle, pool: SharedMemoryPool): Promise<void> {
  const length = prng.int(64 * 1024, 1024 * 1024);
  const mark = prng.int(0, 255);
  await accounting.request(async () => {
    using lease = await pool.lendWhenFree(length);
    lease.bytes.fill(mark);
    const typed = peer as unknown as PeerHandle<UnixBody>;
    return (await typed.call(FRAME, lease)).text();
  }, (text) => text === `${length} ${mark}`);
}

async function session(link: Link, peer: PeerHandle): Promise<void> {
  using pool = link.leases
    ? new SharedMemoryPool(peer as unknown as PeerHandle<UnixBody>)
    : null;
  const kinds = [echo, echo, echo, updates, cancelled, failing];
  if (link.descriptors) kinds.push(descriptors);
  if (pool !== null) kinds.push((peer) => leases(peer, pool));
  const rounds = prng.int(1, 400);
  for (let i = 0; i < rounds && !over; i++) {
    const atOnce = prng.oneIn(4) ? prng.int(2, 64) : 1;
    await Promise.all(
      Array.from({ length: atOnce }, () => prng.pick(kinds)(peer)),
    );
    // The other side is gone.
    if (peer.stats().state !== "open") return;
  }
}

async function run(link: Link): Promise<void> {
  while (!over) {
    let peer: PeerHandle;
    try {
      peer = await connect(link.address, {
        ...OPTIONS,
        ...link.options,
        onError() {},
        signal: AbortSignal.timeout(10_000),
      }) as unknown as PeerHandle;
    } catch {
      // Its server is killed now and then, and is about to be back.
      counts.refused++;
      await sleep(20);
      continue;
    }
    counts.connections++;
    await session(link, peer);
    await peer.close();
  }
}

const running = Promise.all(links.map(run));
for await (const _line of linesOf(Deno.stdin.readable)) report();
over = true;
await running;
report();

function report(): void {
  const { account } = accounting;
  console.log(JSON.stringify({ ...figures(), ...counts, account }));
}
