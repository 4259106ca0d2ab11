import { Connection } from "../../peer/connection.ts";
import { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { StreamBody } from "../../mod.ts";
import { tick } from "../../internal/event_loop.ts";
import { HandClock } from "../support/hand_clock.ts";
import { Answerer } from "./answerer.ts";
import { Asker } from "./asker.ts";
import { Forbidden } from "./line.ts";
import { type Link, MAX_BODY_LEN, scriptedLink } from "./link.ts";
import { ProtocolModel } from "./protocol_model.ts";
import {
  CUT_KINDS,
  type CutKind,
  type Schedule,
  type SideIndex,
  type SideSetting,
  type Step,
} from "./schedule.ts";
import { Tracker } from "./tracker.ts";

/** Makes what is between the two sides. */
export type LinkMaker = (
  schedule: Schedule,
  onCut: (how: CutKind) => void,
) => Link | Promise<Link>;

/** What a schedule has come to. */
export interface Played {
  /** How many messages both sides have received. */
  readonly messages: number;
  /** How often requests have ended in each way. */
  readonly endings: ReadonlyMap<string, number>;
}

/** One of the two sides. */
interface Side {
  readonly connection: Connection<StreamBody, unknown>;
  readonly asker: Asker;
  readonly answerer: Answerer;
  released: Set<"reader" | "writer">;
}

/** A tenth of the default `stallTimeout`, in milliseconds: rule 5 of flow control. */
const GIVES_WAY = 3000;

/** A schedule has few requests, and each of them may have to be refused. */
const MOST_PAUSES = 30;

/**
 * Makes a schedule happen, lets both sides then do all they still can, and closes.
 *
 * @throws If a side sees what the model forbids, or something is left.
 */
export async function runSchedule(
  schedule: Schedule,
  makeLink: LinkMaker = scriptedLink,
): Promise<Played> {
  const clock = new HandClock();
  const [left, right] = schedule.sides;
  const isLimited = (side: SideSetting): boolean =>
    side.maxOpenReceivedRequests > 0 || side.replyQueueBytes > 0;
  const model = new ProtocolModel({
    extensions: schedule.extensions,
    maxBodyLen: MAX_BODY_LEN,
    isLimited: [isLimited(left), isLimited(right)],
    maxOpenReceived: [
      left.maxOpenReceivedRequests || Infinity,
      right.maxOpenReceivedRequests || Infinity,
    ],
    now: () => clock.now(),
  });
  const link = await makeLink(schedule, (how) => model.connection.cut = how);
  const run = new Run(schedule, model, link, clock);
  await run.play();
  return await run.finish();
}

/** A schedule that happens. */
class Run {
  readonly #schedule: Schedule;
  readonly #model: ProtocolModel;
  readonly #link: Link;
  readonly #clock: HandClock;
  /** Promises that end with what they are about. */
  readonly #tracker = new Tracker();
  /** Promises that last as long as the connection. */
  readonly #lasting = new Tracker();
  readonly #sides: readonly [Side, Side];

  constructor(
    schedule: Schedule,
    model: ProtocolModel,
    link: Link,
    clock: HandClock,
  ) {
    this.#schedule = schedule;
    this.#model = model;
    this.#link = link;
    this.#clock = clock;
    this.#sides = [this.#side(0), this.#side(1)];
  }

  #side(index: SideIndex): Side {
    const { serves, ...limits } = this.#schedule.sides[index];
    const given = Object.entries(limits).filter(([, value]) => value > 0);
    const { extensions } = this.#schedule;
    const options = {
      ...Object.fromEntries(given),
      extensions,
      // Handlers that throw are reported, and so is what they throw.
      onError: () => {},
    };
    const clock = this.#clock;
    const transport = this.#link.transports[index];
    const connection = new Connection(transport, options, { clock });
    const [reader, writer] = new PeerHandle(connection).split();
    connection.start();
    const model = this.#model;
    return {
      connection,
      asker: new Asker(writer, index, model, this.#tracker),
      answerer: new Answerer(
        reader,
        index,
        model,
        { single: this.#tracker, lasting: this.#lasting },
        serves,
      ),
      released: new Set(),
    };
  }

  /** Makes the steps happen. */
  async play(): Promise<void> {
    for (const step of this.#schedule.steps) {
      await this.#step(step);
      this.#check();
    }
  }

  #step({ side, action, n, length }: Step): void | Promise<void> {
    const { asker, answerer } = this.#sides[side];
    const link = this.#link;
    switch (action) {
      case "ask":
        return asker.ask(length, n, false);
      case "call":
        return asker.ask(length, n, true);
      case "update":
        return asker.update(n, length);
      case "readUpdate":
        return asker.readUpdate(n);
      case "readResponse":
        return asker.readResponse(n);
      case "abort":
        return asker.abort(n);
      case "leave":
        return asker.leave(n);
      case "keepNewest":
        return asker.keepNewest(n);
      case "ping":
        return asker.ping();
      case "take":
        return answerer.take();
      case "progress":
        return answerer.progress(n, length);
      case "readRequestUpdate":
        return answerer.readUpdate(n);
      case "answer":
        return answerer.answer(n, length);
      case "answerError":
        return answerer.answerError(n);
      case "drop":
        return answerer.drop(n);
      case "stream":
        return asker.stream(length);
      case "abortSend":
        return asker.abortSend(n);
      case "drain":
        return this.#drain(side);
      case "close":
        return this.#close(side);
      case "releaseReader":
        return this.#release(side, "reader");
      case "releaseWriter":
        return this.#release(side, "writer");
      case "hold":
        return link.pass(side, 0);
      case "pass":
        return link.pass(side, length);
      case "cut":
        return link.cut(CUT_KINDS[n % CUT_KINDS.length]!, side);
      case "turn":
        return link.turn(n);
      case "time":
        return this.#clock.turn(n);
    }
  }

  #drain(side: SideIndex): void {
    this.#model.connection.drain(side);
    const drained = this.#sides[side].connection.drain();
    this.#last(`drain of side ${side}`, drained);
  }

  #close(side: SideIndex): void {
    this.#model.connection.close(side);
    const closed = this.#sides[side].connection.close();
    this.#last(`close of side ${side}`, closed);
  }

  #release(side: SideIndex, what: "reader" | "writer"): void {
    const { released, asker, answerer } = this.#sides[side];
    released.add(what);
    if (released.size === 2) this.#model.connection.close(side);
    if (what === "reader") answerer.release();
    else asker.release();
  }

  #last(what: string, promise: Promise<unknown>): void {
    this.#lasting.track(what, promise, () => {}, (error) => {
      throw error;
    });
  }

  /** Lets both sides do and read all that they still can, and closes. */
  async finish(): Promise<Played> {
    const sides = [0, 1] as const;
    for (const side of sides) this.#link.pass(side, Infinity);
    for (const { asker, answerer } of this.#sides) {
      asker.settle();
      answerer.settle();
    }
    await this.#until([this.#tracker], () => {
      this.#model.checkEnd();
      for (const { asker, answerer } of this.#sides) {
        asker.checkEnd();
        answerer.checkEnd();
      }
    });
    for (const side of sides) {
      this.#close(side);
      const { closed } = this.#sides[side].connection;
      this.#last(`closed of side ${side}`, closed);
    }
    for (const { answerer } of this.#sides) answerer.readRest();
    await this.#until([this.#tracker, this.#lasting], () => {});
    this.#checkEmpty();
    await this.#link.checkEnd();
    return this.#played();
  }

  /** Waits until all promises are settled and a check passes. */
  async #until(
    trackers: readonly Tracker[],
    check: () => void,
  ): Promise<void> {
    let moved = 0;
    let pauses = 0;
    for (let turn = 0;; turn++) {
      const now = this.#moved();
      if (now !== moved) turn = 0;
      moved = now;
      this.#check();
      if (trackers.every(({ settled }) => settled)) {
        try {
          return check();
        } catch (error) {
          // What is under way may still come.
          if (turn >= this.#link.patience) throw error;
        }
      } else if (turn >= this.#link.patience) {
        if (this.#isPaused && pauses++ < MOST_PAUSES) {
          // Two sides that are blocked by each other's responses refuse requests then.
          this.#clock.turn(GIVES_WAY);
          turn = 0;
          continue;
        }
        const pending = trackers.flatMap(({ pending }) => pending).join(", ");
        throw new Forbidden(`Nothing happens any more: ${pending}`);
      }
      // What waits until nothing comes any more counts turns with timers.
      if (turn < 20) await this.#link.turn(1);
      else await tick();
    }
  }

  /** Whether a side reads nothing. */
  get #isPaused(): boolean {
    return this.#sides.some(({ connection }) =>
      connection.figures.stats().reading.paused
    );
  }

  /** Grows with whatever happens on the wire. */
  #moved(): number {
    const [left, right] = this.#sides;
    return this.#link.moved + left.connection.counters.messagesReceived +
      right.connection.counters.messagesReceived;
  }

  #check(): void {
    const failure = this.#tracker.failure ?? this.#lasting.failure;
    if (failure !== null) throw failure;
  }

  #checkEmpty(): void {
    for (const [side, { connection }] of this.#sides.entries()) {
      const stats = connection.figures.stats();
      const left = {
        openSentRequests: stats.openSentRequests,
        openReceivedRequests: stats.openReceivedRequests,
        waitingSends: stats.waitingSends,
        queuedBytes: stats.queuedBytes,
        inboxMessages: stats.inboxMessages,
        inboxBytes: stats.inboxBytes,
        unreadUpdates: stats.unreadUpdates,
      };
      const rest = Object.entries(left).filter(([, count]) => count > 0);
      if (rest.length > 0 || stats.state !== "closed") {
        throw new Error(
          `Side ${side} is ${stats.state}, and has ${
            JSON.stringify(rest)
          } left`,
        );
      }
    }
    if (this.#clock.pending > 0) {
      throw new Error(`${this.#clock.pending} timers are left`);
    }
  }

  #played(): Played {
    const endings = new Map<string, number>();
    for (const { ending } of this.#model.requests) {
      endings.set(ending!, (endings.get(ending!) ?? 0) + 1);
    }
    let messages = 0;
    for (const { connection } of this.#sides) {
      messages += connection.counters.messagesReceived;
    }
    return { messages, endings };
  }
}
