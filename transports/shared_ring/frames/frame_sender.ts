import { toRpcError } from "../../../internal/errors.ts";
import { RpcError } from "../../../protocol/error.ts";
import { givenAway } from "../../channel.ts";
import type { Lending } from "../../shared_memory/lending.ts";
import type {
  CarriedPool,
  Carrier,
  Region,
} from "../../shared_memory/region.ts";
import { ringViolation } from "../ring_error.ts";
import { MAX_FRAMES, type RingMemory } from "../ring_layout.ts";
import { MAX_REGIONS } from "./frame_reference.ts";
import { type Release, ReleaseReader } from "./release_queue.ts";
import { type SentCounts, SentFrame, type SentRegion } from "./sent_frame.ts";

/** What a sender of frames needs from the rest of the connection. */
export interface FrameSenderHooks {
  /** Looks for releases in each turn, and asks to be woken by one before it sleeps. */
  awaken(): void;
  /** Writes that regions are forgotten, if there is room. */
  flush(): void;
  /** The other side has broken the rules. */
  onFailed(error: unknown): void;
}

/**
 * The frames that this side of a connection has sent, until the other side releases
 * them. What it knows is in memory of this process: the other side can say that it
 * is done with a frame, once, and nothing else.
 */
export class FrameSender implements Carrier {
  /** The numbers of regions that the other side can forget. */
  readonly toForget: Set<number> = new Set();
  readonly #hooks: FrameSenderHooks;
  readonly #regions: (SentRegion | undefined)[] = [];
  readonly #byRegion = new Map<Region, SentRegion>();
  readonly #pools = new Set<CarriedPool>();
  readonly #counts: SentCounts = { queued: 0, delivered: 0 };
  #releases: ReleaseReader | null = null;
  #ended = false;

  /** Makes one that has sent nothing. */
  constructor(hooks: FrameSenderHooks) {
    this.#hooks = hooks;
  }

  /** Gives it the ring by which frames go. */
  open(memory: RingMemory): void {
    this.#releases = new ReleaseReader(memory);
  }

  /**
   * Accepts a lease to be sent, and counts that; or gives the error why it can't be
   * sent.
   */
  accept(lending: Lending): SentFrame | RpcError {
    try {
      return this.#accept(lending);
    } catch (error) {
      return toRpcError(error);
    }
  }

  #accept(lending: Lending): SentFrame {
    if (this.#ended || lending.ended || lending.region.ended) {
      throw givenAway();
    }
    this.collect();
    const open = this.#counts.queued + this.#counts.delivered;
    if (open >= MAX_FRAMES) {
      throw new RpcError(
        "limit-exceeded",
        `The other side has ${open} frames that it hasn't released, and at most ${MAX_FRAMES} may be on their way or in use`,
        { limit: MAX_FRAMES, actual: open },
      );
    }
    const region = lending.regionFor(this);
    const sent = this.#sentRegion(region);
    lending.markSent(this);
    return new SentFrame(
      sent,
      lending.size,
      this.#counts,
      () => this.#forgetUnused(sent),
    );
  }

  collect(): void {
    if (this.#ended || this.#releases === null) return;
    try {
      for (;;) {
        const release = this.#releases.take(this.#counts.delivered);
        if (release === null) return;
        this.#take(release);
      }
    } catch (error) {
      this.#hooks.onFailed(error);
      this.end();
    }
  }

  expectReleases(): void {
    if (!this.#ended) this.#hooks.awaken();
  }

  forget(region: Region): void {
    const sent = this.#byRegion.get(region);
    if (sent === undefined) return;
    sent.forgotten = true;
    this.#forgetUnused(sent);
  }

  /** Takes releases in a turn of many, where there can be some. */
  poll(): void {
    if (this.#counts.delivered > 0) this.collect();
  }

  /**
   * Asks to be woken by the next release, if somebody waits for one; whether this
   * side may sleep.
   */
  sleep(): boolean {
    if (this.#releases === null) return true;
    const before = this.#counts.delivered;
    if (this.#isAwaited) this.#releases.sleep();
    this.collect();
    return before === this.#counts.delivered;
  }

  /** Ends a sleep. */
  awake(): void {
    if (this.#isAwaited) this.#releases?.awake();
  }

  /** The connection is over: the other side holds nothing any more. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const regions = [...this.#byRegion.values()];
    this.#regions.length = 0;
    this.#byRegion.clear();
    for (const pool of this.#pools) pool.leave(this);
    this.#pools.clear();
    for (const { region, delivered } of regions) {
      for (let i = 0; i < delivered; i++) region.release();
    }
  }

  get #isAwaited(): boolean {
    for (const { waiting } of this.#pools) if (waiting > 0) return true;
    return false;
  }

  #take({ region: number, generation, dropped }: Release): void {
    const sent = this.#regions[number];
    if (
      sent === undefined || sent.delivered === 0 ||
      sent.region.generation !== generation
    ) {
      throw ringViolation(
        `The other side releases region ${number} of generation ${generation}, which it doesn't have`,
        number,
      );
    }
    sent.delivered--;
    this.#counts.delivered--;
    const { region } = sent;
    if (dropped) region.retire();
    // Its pool may give it up now.
    region.release();
    this.#forgetUnused(sent);
  }

  /** The number by which a region is known to the other side, or will be. */
  #sentRegion(region: Region): SentRegion {
    this.#pools.add(region.owner);
    const known = this.#byRegion.get(region);
    if (known !== undefined) {
      // In the order of their last use.
      this.#byRegion.delete(region);
      this.#byRegion.set(region, known);
      return known;
    }
    const number = this.#freeNumber(region.owner);
    this.toForget.delete(number);
    const sent = {
      region,
      number,
      queued: 0,
      delivered: 0,
      announced: false,
      forgotten: false,
    };
    this.#regions[number] = sent;
    this.#byRegion.set(region, sent);
    return sent;
  }

  /**
   * A number without a region, or with the one that was used least recently. It is for a
   * region of `pool`, which stays although it may have no other one here.
   */
  #freeNumber(pool: CarriedPool): number {
    for (let number = 0; number < MAX_REGIONS; number++) {
      if (this.#regions[number] === undefined) return number;
    }
    // There are as many numbers as frames, so there is one without frames.
    const unused = [...this.#byRegion.values()].find((r) =>
      r.queued + r.delivered === 0
    )!;
    this.#remove(unused, pool);
    return unused.number;
  }

  #forgetUnused(sent: SentRegion): void {
    const { number, forgotten, announced } = sent;
    if (!forgotten || sent.queued + sent.delivered > 0) return;
    if (this.#regions[number] !== sent) return;
    this.#remove(sent);
    if (!announced) return;
    this.toForget.add(number);
    this.#hooks.flush();
  }

  #remove({ number, region }: SentRegion, stays?: CarriedPool): void {
    this.#regions[number] = undefined;
    this.#byRegion.delete(region);
    const { owner } = region;
    if (owner === stays) return;
    for (const other of this.#byRegion.keys()) {
      if (other.owner === owner) return;
    }
    this.#pools.delete(owner);
    owner.leave(this);
  }
}
