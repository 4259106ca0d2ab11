import { tick } from "../../internal/event_loop.ts";
import {
  FileDescriptor,
  type PeerHandle,
  RpcError,
  SharedMemoryPool,
  type UnixBody,
} from "../../mod.ts";
import type { Prng } from "../../tests/fuzz/prng.ts";
import type { Accounting } from "./account.ts";
import {
  COUNT,
  DESCRIPTORS,
  ECHO,
  FAIL,
  FRAME,
  MAX_BODY,
  SAMPLE,
  SAMPLES,
  TAKE,
  WAIT,
} from "./services.ts";

/** The reason of an abort, which is no failure. */
class Stop extends Error {}

/** What connections carry besides bytes. */
export interface Carries {
  /** Whether bodies can carry descriptors. */
  readonly descriptors: boolean;
  /** Whether bodies can be leases. */
  readonly leases: boolean;
}

/** A request of some kind, which goes to the accounting. */
type Kind = (peer: PeerHandle) => Promise<void>;

/** Asks at random, all kinds of requests at once, and keeps an account of them. */
export class Traffic {
  readonly #prng: Prng;
  readonly #accounting: Accounting;
  /** How many stream messages went over a connection. */
  readonly #samples = new WeakMap<PeerHandle, number>();
  /** How many updates have come. */
  updates = 0;

  /** Makes one that asks nothing yet. */
  constructor(prng: Prng, accounting: Accounting) {
    this.#prng = prng;
    this.#accounting = accounting;
  }

  /**
   * Asks over a connection in so many rounds, of up to `atOnce` requests at once, until
   * it ends or `isOver` says so.
   */
  async session(
    peer: PeerHandle,
    { rounds, atOnce, carries, isOver = () => false }: {
      rounds: number;
      atOnce: number;
      carries?: Carries;
      isOver?: () => boolean;
    },
  ): Promise<void> {
    using pool = carries?.leases
      ? new SharedMemoryPool(peer as unknown as PeerHandle<UnixBody>)
      : null;
    const kinds: Kind[] = [
      ...[this.echo, this.echo, this.echo, this.count, this.take],
      ...[this.samples, this.cancel, this.fail],
    ];
    if (carries?.descriptors) kinds.push(this.#descriptors);
    if (pool !== null) kinds.push((peer) => this.#lease(peer, pool));
    const prng = this.#prng;
    for (let i = 0; i < rounds && !isOver(); i++) {
      const length = prng.oneIn(4) ? prng.int(2, atOnce) : 1;
      await Promise.all(
        Array.from({ length }, () => prng.pick(kinds).call(this, peer)),
      );
      // The other side is gone.
      if (peer.stats().state !== "open") return;
    }
  }

  /** A body that has to come back, of up to `MAX_BODY` bytes. */
  async echo(peer: PeerHandle): Promise<void> {
    const prng = this.#prng;
    const length = prng.oneIn(20)
      ? prng.int(0, MAX_BODY)
      : prng.int(0, prng.oneIn(3) ? 4000 : 100);
    const mark = prng.int(0, 255);
    await this.#accounting.request(async () => {
      const { body } = await peer.call(
        ECHO,
        new Uint8Array(length).fill(mark),
      );
      using echoed = body;
      return echoed.data.length === length &&
        echoed.data.every((byte) => byte === mark);
    }, (same) => same);
  }

  /** Updates that have to come, in order. */
  async count(peer: PeerHandle): Promise<void> {
    const wanted = this.#prng.int(0, 300);
    await this.#accounting.request(async () => {
      using request = await peer.sendRequest(COUNT, `${wanted}`);
      let seen = 0;
      for await (const update of request) {
        if (Number(update.text()) !== ++seen) return `update ${seen}`;
      }
      this.updates += seen;
      return `${await answerOf(request)} ${seen}`;
    }, (text) => text === `${wanted} ${wanted}`);
  }

  /** Updates to the other side, which says how many came in order. */
  async take(peer: PeerHandle): Promise<void> {
    const wanted = this.#prng.int(0, 100);
    await this.#accounting.request(async () => {
      using request = await peer.sendRequest(TAKE, `${wanted}`);
      for (let i = 1; i <= wanted; i++) await request.sendUpdate(1, `${i}`);
      return await answerOf(request);
    }, (text) => text === `${wanted}`);
  }

  /** Stream messages, and the question how many came in order. */
  async samples(peer: PeerHandle): Promise<void> {
    const more = this.#prng.int(1, 50);
    await this.#accounting.request(async () => {
      const first = (this.#samples.get(peer) ?? 0) + 1;
      const last = first + more - 1;
      this.#samples.set(peer, last);
      // All at once, as others send theirs meanwhile.
      await Promise.all(
        Array.from(
          { length: more },
          (_, i) => peer.sendStream(SAMPLE, `${first + i}`),
        ),
      );
      const came = Number((await peer.call(SAMPLES, "")).text());
      return came >= last ? "all" : `${came} of ${last}`;
    }, (text) => text === "all");
  }

  /** What ends by an abort or by its time; that it did is the right answer. */
  async cancel(peer: PeerHandle): Promise<void> {
    const prng = this.#prng;
    const stop = new AbortController();
    const byTime = prng.oneIn(2);
    await this.#accounting.request(async () => {
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

  /** What has to fail. */
  async fail(peer: PeerHandle): Promise<void> {
    await this.#accounting.request(async () => {
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

  async #descriptors(peer: PeerHandle): Promise<void> {
    const wanted = this.#prng.int(1, 4);
    await this.#accounting.request(async () => {
      using stack = new DisposableStack();
      const fds = Array.from(
        { length: wanted },
        () => stack.use(FileDescriptor.open("/dev/null")),
      );
      const typed = peer as unknown as PeerHandle<UnixBody>;
      return (await typed.call(DESCRIPTORS, { data: "", fds })).text();
    }, (text) => text === `${wanted}`);
  }

  async #lease(peer: PeerHandle, pool: SharedMemoryPool): Promise<void> {
    const length = this.#prng.int(64 * 1024, 1024 * 1024);
    const mark = this.#prng.int(0, 255);
    await this.#accounting.request(async () => {
      using lease = await pool.lendWhenFree(length);
      lease.bytes.fill(mark);
      const typed = peer as unknown as PeerHandle<UnixBody>;
      return (await typed.call(FRAME, lease)).text();
    }, (text) => text === `${length} ${mark}`);
  }
}

/** The text of the response to a request, all of whose updates are read. */
async function answerOf(
  request: Awaited<ReturnType<PeerHandle["sendRequest"]>>,
): Promise<string> {
  const response = await request.recvResponse();
  if (response.isError) throw new RpcError("remote-error", response.text());
  return response.text();
}
