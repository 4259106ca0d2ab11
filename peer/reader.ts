import type { Body } from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import { MESSAGE_COST } from "../internal/cost.ts";
import { toRpcError } from "../internal/errors.ts";
import type { TurnBudget } from "../internal/event_loop.ts";
import type { Channel } from "../transports/channel.ts";
import type { Incoming } from "../transports/transport.ts";
import type { ErrorPeer } from "./error_context.ts";
import type { FlowControl } from "./flow/flow_control.ts";
import { probe } from "./probe.ts";

/** This many messages are handed on before the budget is asked. */
const STEP = 32;

/** What a reader tells. */
export interface ReaderEvents<B extends Body> {
  /** A read begins: the one before has brought something, or reading was paused. */
  onRead(): void;
  /** A read has brought something. */
  onBatch(): void;
  /** A message, or a non-fatal error in its place in the order. */
  onItem(item: Incoming<B>): void;
  /** The connection, as others see it. */
  peer(): ErrorPeer;
  /** The other side has ended cleanly. */
  onEnd(): void;
  /** Nothing more can be read. */
  onError(error: RpcError): void;
}

/** What may still be read, and the error that says why it isn't more. */
interface Allowance {
  readonly error: RpcError;
  /** The bytes and messages that have come so far are not to cost more than this. */
  readonly until: number;
}

/**
 * Reads a connection, batch by batch: pauses where flow control says so, and lets
 * the event loop turn where the budget says so.
 */
export class Reader<B extends Body> {
  readonly #channel: Channel<B>;
  readonly #flow: FlowControl;
  readonly #budget: TurnBudget;
  readonly #events: ReaderEvents<B>;
  readonly #ended = Promise.withResolvers<void>();
  #started = false;
  #reading = false;
  #over = false;
  #discards = false;
  #messages = 0;
  #allowance: Allowance | null = null;

  /** Makes a reader, which `start` starts. */
  constructor(
    channel: Channel<B>,
    flow: FlowControl,
    budget: TurnBudget,
    events: ReaderEvents<B>,
  ) {
    this.#channel = channel;
    this.#flow = flow;
    this.#budget = budget;
    this.#events = events;
  }

  /** Whether it was started. */
  get started(): boolean {
    return this.#started;
  }

  /** Whether a read is under way. */
  get reading(): boolean {
    return this.#reading;
  }

  /** Whether nothing more will be read. */
  get over(): boolean {
    return this.#over;
  }

  /** Resolves when nothing more is read; at once if it was never started. */
  get ended(): Promise<void> {
    return this.#started ? this.#ended.promise : Promise.resolve();
  }

  /** Begins to read. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#run();
  }

  /** Drops what comes from now on. */
  discard(): void {
    this.#discards = true;
  }

  /**
   * Reads so much more at most.
   *
   * @param cost In bytes; a message counts 256.
   * @param error What reading ends with then.
   */
  allow(cost: number, error: RpcError): void {
    this.#allowance = { error, until: this.#cost() + cost };
  }

  async #run(): Promise<void> {
    const error = await this.#readAll();
    this.#reading = false;
    this.#over = true;
    this.#ended.resolve();
    if (error === null) this.#events.onEnd();
    else this.#events.onError(error);
  }

  /** Reads to the end; what it ended with, or null for a clean end. */
  async #readAll(): Promise<RpcError | null> {
    const { rest } = this.#budget;
    try {
      for (;;) {
        if (this.#flow.paused) await this.#flow.resumed();
        this.#reading = true;
        this.#events.onRead();
        let batch = await this.#channel.read();
        this.#reading = false;
        if (batch === null) return null;
        this.#events.onBatch();
        let from = 0;
        // No function of its own: to await one would cut what is written in two.
        for (; batch.length - from > rest; from += STEP) {
          this.#handOn(batch, from, from + STEP);
          const spent = this.#budget.spend(STEP);
          if (spent !== null) await spent;
        }
        this.#handOn(batch, from, batch.length);
        const handedOn = batch.length - from;
        // This function would hold it until the next read brings something: up to
        // 130 KiB of messages of an idle connection, as measured.
        batch = null;
        const allowance = this.#allowance;
        if (allowance !== null && this.#cost() > allowance.until) {
          return allowance.error;
        }
        const spent = this.#budget.spendRead(handedOn);
        if (spent !== null) await spent;
      }
    } catch (error) {
      return toRpcError(error);
    }
  }

  #handOn(batch: Incoming<B>[], from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const item = batch[i]!;
      // Before the check: whoever is told may close the connection.
      if (probe !== null && "body" in item) {
        const { header, body } = item;
        const { length } = body.data;
        probe.message("received", header, length, this.#events.peer());
      }
      if (!this.#discards) this.#events.onItem(item);
      else if ("body" in item) item.body[Symbol.dispose]();
    }
    this.#messages += to - from;
  }

  #cost(): number {
    return this.#channel.received + this.#messages * MESSAGE_COST;
  }
}
