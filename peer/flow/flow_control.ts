import { OwnMemory } from "./own_memory.ts";
import { Gauge, type GaugeLimits, type GaugeOwner } from "./gauge.ts";
import type { QueueShare } from "./queued_bytes.ts";
import type { PauseReason, ReadingStats } from "./reading.ts";

/** What is written: sends that this side begins, responses, or error responses of the peer's own. */
export type OutgoingKind = "own" | "reply" | "refusal";

/** The marks of all queues of a connection; see the rules of {@linkcode FlowControl}. */
export interface FlowLimits {
  /** Received requests, stream messages and errors. */
  readonly inbox: GaugeLimits;
  /** The updates of all requests together. */
  readonly updates: GaugeLimits;
  /** The updates of one request, or the messages of one subscription. */
  readonly requestUpdates: GaugeLimits;
  /** What this side's own sends may cost together before more wait. */
  readonly own: number;
  /** What responses may cost together before requests are withheld. */
  readonly replies: number;
  /** What refusals may cost together before reading pauses. */
  readonly refusals: number;
}

/** What flow control tells and asks the connection. */
export interface FlowHooks {
  /** Reading has paused, or a response was queued while it is: responses let go of their bodies. */
  detachReplies(): void;
  /** Requests aren't withheld any more. */
  deliver(): void;
  /** Reading is paused, and something about it has changed: it may have to be watched. */
  paused(): void;
  /** How many calls of this side wait for a response. */
  openCalls(): number;
  /** The time of a clock that never goes back, in milliseconds. */
  now(): number;
}

/** While reading is paused, responses may cost so many times their limit. */
const PAUSED_REPLIES = 4;

/**
 * Owns all queues and marks of a connection, and decides two things: whether
 * reading is paused, and whether received requests are withheld from the
 * application. No other class decides either.
 *
 * **Invariant.** Reading pauses only for what this side's application alone can
 * end, and requests aren't withheld for good while it is paused.
 *
 * The rules; a message costs its body, 256 bytes and 64 KiB for each descriptor:
 *
 * 1. Responses never pause reading, and are used at once. No more can come than
 *    requests are open, `maxOpenSentRequests`; one that has come belongs to the
 *    handle of its request.
 * 2. The inbox, the updates and the subscriptions to streams pause reading while
 *    they are full. They hold at most one read more than their limits. What is
 *    taken with `keep` doesn't count: where there would be too many, older ones are
 *    dropped.
 * 3. Responses are queued without waiting. Requests, updates and stream messages
 *    wait while `writeQueueBytes` of such are queued; responses don't count there.
 * 4. While reading goes on, requests are withheld when the queued responses cost
 *    more than `replyQueueBytes`. While it is paused, responses let go of their
 *    bodies, and requests are handed over, one at a time, until the responses
 *    cost 4 times as much. Stream messages and errors bring no responses, and are
 *    never withheld; they keep their place in the order.
 * 5. Beyond that the connection is blocked: it neither reads nor hands requests
 *    over. After a tenth of `stallTimeout` of that, the request at the head is
 *    refused, and those behind it until the inbox isn't full any more; one where
 *    something else pauses reading. They never began. It is the one place where
 *    something gives way: this side can't tell a peer that never reads from two
 *    that wait for each other. It happens even if bytes of this side still get
 *    through: if none of the other side's do for its `stallTimeout`, it ends the
 *    connection.
 * 6. Refusals are counted apart. They pause reading while they cost more than
 *    `replyQueueBytes` and more than 512 bytes for each of
 *    `maxOpenReceivedRequests`, and of `maxOpenSentRequests`, as the other side may
 *    have set that as high as this one: it has more requests open than it may.
 *
 * **Why nothing stops.** Take two peers whose applications take what comes, and
 * whatever is queued. If bytes are on their way to a side that reads, a message
 * arrives. If that side is paused for its inbox or updates, requests aren't
 * withheld (4) or one is refused after a while (5): so the application takes, or
 * the inbox shrinks, and reading goes on. If it is paused for refusals, the other
 * side has more requests open than it may, or reads always, as the native crate
 * does. That takes for granted that no side's `maxOpenSentRequests` is above both
 * that option and `maxOpenReceivedRequests` of the other one (or 512 bytes for each
 * above its `replyQueueBytes`), which neither side can check: two sides that refuse
 * more than that of each other at once can stop, until `stallTimeout` ends the
 * connection. If nothing is on its way and requests are withheld while reading goes on,
 * then responses are queued, and so something is on its way.
 *
 * An application takes what comes if its loops (over messages, updates and
 * subscriptions) and stream handlers wait for nothing of this connection but the
 * responses that they send. One with `keep` may wait for anything. Subscriptions
 * are emptied by the application alone, as updates are, and nothing of them is
 * withheld: what holds for updates holds for them.
 *
 * **Memory.** Inbox, updates, for each subscription as much as for the updates of
 * one request, two reads, `writeQueueBytes`, 5 times `replyQueueBytes`, and one
 * response for each handler that runs; for each request or subscription with
 * `keep: n`, n bodies of at most `maxBodyLenRead`. What the connections of a
 * listener hold together is bounded by `maxTotalQueuedBytes`: see `QueuedBytes`.
 *
 * One exception to 2: where nobody has ever taken a message and calls of this
 * side wait, stream messages don't pause reading, since nobody would end the
 * pause. Those that the inbox can't hold are dropped and counted: see `overflows`.
 * Requests still pause reading, when they alone fill the inbox.
 *
 * `tests/flow/model` holds a model of these rules and goes through all orders of
 * events for small sizes.
 */
export class FlowControl implements GaugeOwner {
  /** Where bodies go that wait. */
  readonly memory: OwnMemory = new OwnMemory();
  readonly #limits: FlowLimits;
  readonly #hooks: FlowHooks;
  readonly #share: QueueShare | null;
  /** The gauges of requests and subscriptions that are full, with what they are. */
  #full: Map<Gauge, PauseReason> | null = null;
  #lastUpdated = 0;
  #own = 0;
  #replies = 0;
  #refusals = 0;
  #hasTakers = false;
  #released = false;
  #pausedBy: PauseReason | null = null;
  /** The time of day at which reading was paused. */
  #since = 0;
  /** The same by the clock that durations are measured by. */
  #pausedAt = 0;
  /** How long all pauses but this one have taken. */
  #pausedTime = 0;
  #resumed: PromiseWithResolvers<void> | null = null;
  #withholds = false;
  #blocked = false;
  /** What nobody has taken of requests, stream messages and errors. */
  readonly #inbox: Gauge;
  /** The requests among them, as long as nobody has ever taken anything. */
  readonly #inboxRequests: Gauge;
  readonly #updates: Gauge;
  /** How often reading has paused. */
  pauses = 0;
  /** How often it was blocked. */
  blocks = 0;

  /**
   * Begins with empty queues.
   *
   * @param share Where all that is queued counts, with other connections.
   */
  constructor(
    limits: FlowLimits,
    hooks: FlowHooks,
    share: QueueShare | null = null,
  ) {
    this.#limits = limits;
    this.#hooks = hooks;
    this.#share = share;
    this.#inbox = new Gauge(limits.inbox, this, share);
    this.#inboxRequests = new Gauge(limits.inbox, this);
    this.#updates = new Gauge(limits.updates, this, share);
  }

  /** Whether reading is paused. */
  get paused(): boolean {
    return this.#pausedBy !== null;
  }

  /** Whether requests are withheld from the application. */
  get withholds(): boolean {
    return this.#withholds;
  }

  /** Whether it neither reads nor hands requests over. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** Whether stream messages that the inbox can't hold are to be dropped, since nobody would take them. */
  get overflows(): boolean {
    return this.#inbox.full && !this.#hasTakers && !this.#released &&
      this.#hooks.openCalls() > 0;
  }

  /** Whether this side's own sends have to wait. */
  get ownFull(): boolean {
    return this.#own >= this.#limits.own;
  }

  /** What all that is queued for writing costs. */
  get queued(): number {
    return this.#own + this.#replies + this.#refusals;
  }

  /** What waits to be taken of requests, stream messages and errors, in bytes. */
  get inboxCost(): number {
    return this.#inbox.cost;
  }

  /** How many updates wait to be taken. */
  get unreadUpdates(): number {
    return this.#updates.messages;
  }

  /** How long reading has been paused altogether, in milliseconds. */
  get pausedTime(): number {
    return this.#pausedTime +
      (this.#pausedBy === null ? 0 : this.#hooks.now() - this.#pausedAt);
  }

  /** Whether reading is paused, since when and why. */
  get reading(): ReadingStats {
    return this.#pausedBy === null
      ? { paused: false }
      : { paused: true, since: this.#since, by: this.#pausedBy };
  }

  /** Resolves when reading isn't paused any more. */
  async resumed(): Promise<void> {
    while (this.#pausedBy !== null) {
      this.#resumed ??= Promise.withResolvers();
      await this.#resumed.promise;
    }
  }

  /** Somebody has begun to take requests and stream messages. */
  hasTaker(): void {
    if (this.#hasTakers) return;
    this.#hasTakers = true;
    if (this.#inbox.full) this.#update();
  }

  /** A call of this side has begun. */
  callBegins(): void {
    if (this.#pausedBy !== null) this.#update();
  }

  /** A request, stream message or error waits to be taken. */
  addToInbox(isRequest: boolean, bodyCost: number): void {
    this.#inbox.add(bodyCost);
    if (isRequest && !this.#hasTakers) this.#inboxRequests.add(bodyCost);
    // It may have been full before without a pause, while calls waited.
    if (this.#inbox.full && this.#pausedBy === null) this.#update();
  }

  /** One of them doesn't wait any more. */
  removeFromInbox(isRequest: boolean, bodyCost: number): void {
    if (isRequest && !this.#hasTakers) this.#inboxRequests.remove(1, bodyCost);
    this.#inbox.remove(1, bodyCost);
  }

  /** A gauge for the updates of one request. */
  updatesOf(requestId: number): Gauge {
    // Where it counts is the gauge of all updates.
    return this.#gaugeOf({ updatesOf: requestId }, null);
  }

  /** A gauge for the messages of one subscription. */
  messagesOf(streamId: number): Gauge {
    return this.#gaugeOf({ stream: streamId }, this.#share);
  }

  #gaugeOf(reason: PauseReason, share: QueueShare | null): Gauge {
    return new Gauge(this.#limits.requestUpdates, this, share, reason);
  }

  /** A gauge has become full, or isn't any more. */
  onGaugeChange(gauge: Gauge): void {
    const { reason } = gauge;
    if (reason !== null) {
      if (gauge.full) (this.#full ??= new Map()).set(gauge, reason);
      else this.#full?.delete(gauge);
    }
    this.#update();
  }

  /** An update waits to be taken. */
  addUpdate(gauge: Gauge, requestId: number, bodyCost: number): void {
    this.#lastUpdated = requestId;
    this.#updates.add(bodyCost);
    gauge.add(bodyCost);
  }

  /** So many updates don't wait any more. */
  removeUpdates(gauge: Gauge, messages: number, bodyCost: number): void {
    this.#updates.remove(messages, bodyCost);
    gauge.remove(messages, bodyCost);
  }

  /** Something was queued for writing. */
  add(kind: OutgoingKind, cost: number): void {
    if (this.#share !== null) this.#share.add(cost);
    switch (kind) {
      case "own":
        this.#own += cost;
        return;
      case "reply":
        this.#replies += cost;
        if (this.#replies > this.#limits.replies) this.#update();
        if (this.#pausedBy !== null) this.#hooks.detachReplies();
        return;
      case "refusal":
        this.#refusals += cost;
        if (this.#refusals > this.#limits.refusals) this.#update();
    }
  }

  /** So much has been written. */
  written(own: number, replies: number, refusals: number): void {
    if (this.#share !== null) this.#share.add(-own - replies - refusals);
    this.#own -= own;
    this.#replies -= replies;
    this.#refusals -= refusals;
    if (this.#withholds || this.#pausedBy === "replies") this.#update();
  }

  /** Nothing is to be written any more. */
  dropQueued(): void {
    this.written(this.#own, this.#replies, this.#refusals);
  }

  /** From now on reading isn't paused and requests aren't withheld, since the connection ends. */
  release(): void {
    this.#released = true;
    this.#update();
  }

  #update(): void {
    const by = this.#findReason();
    const was = this.#pausedBy;
    this.#pausedBy = by;
    if (by === null && was !== null) {
      this.#pausedTime += this.#hooks.now() - this.#pausedAt;
      this.#resumed?.resolve();
      this.#resumed = null;
    }
    if (by !== null && was === null) {
      this.pauses++;
      this.#since = Date.now();
      this.#pausedAt = this.#hooks.now();
      this.#hooks.detachReplies();
    }
    this.#setWithholds();
    this.#setBlocked();
    if (this.#pausedBy !== null) this.#hooks.paused();
  }

  #setWithholds(): void {
    const times = this.#pausedBy === null ? 1 : PAUSED_REPLIES;
    const withholds = !this.#released &&
      this.#replies > times * this.#limits.replies;
    if (withholds === this.#withholds) return;
    this.#withholds = withholds;
    if (!withholds) this.#hooks.deliver();
  }

  #setBlocked(): void {
    const blocked = this.#pausedBy !== null && this.#withholds;
    if (blocked && !this.#blocked) this.blocks++;
    this.#blocked = blocked;
  }

  #findReason(): PauseReason | null {
    if (this.#released) return null;
    const full = this.overflows ? this.#inboxRequests : this.#inbox;
    if (full.full) return "inbox";
    for (const reason of this.#full?.values() ?? []) return reason;
    if (this.#updates.full) return { updatesOf: this.#lastUpdated };
    return this.#refusals > this.#limits.refusals ? "replies" : null;
  }
}
