import {
  FlowControl,
  type FlowLimits,
} from "../../../peer/flow/flow_control.ts";
import type { OutgoingKind } from "../../../peer/flow/flow_control.ts";
import type { Gauge } from "../../../peer/flow/gauge.ts";
import { Inbox } from "../../../peer/flow/inbox.ts";
import { MESSAGE_COST } from "../../../internal/cost.ts";
import { StreamBody } from "../../../protocol/mod.ts";

/** A message of the model. The request of an update or a response is named by its id. */
export interface ModelMessage {
  readonly type: "request" | "response" | "refusal" | "update" | "stream";
  readonly id: number;
}

/** What an application does, besides answering what it is asked. */
export interface Program {
  /** What it sends, in order: each waits for room. */
  readonly sends: readonly ModelMessage[];
  /** Whether it awaits each response before it takes the next message, as a loop does. */
  readonly inTurn: boolean;
  /** Whether it waits for the next message, as a loop does, or takes it where it is there. */
  readonly waits?: boolean;
  /** Whether it takes no updates, and what follows from that. */
  readonly viewer?: Viewer;
  /** The stream that it has subscribed to. */
  readonly subscribes?: number;
}

/** An application that takes no updates, and answers the request that has them last. */
export interface Viewer {
  /** The request that it answers first: a stop. */
  readonly stop: number;
  /** Whether it takes them with `keep`, so that one waits and older ones are dropped. */
  readonly keeps: boolean;
}

/** What the bodies cost. */
export interface Sizes {
  readonly request: number;
  readonly response: number;
  readonly stream: number;
}

/** What both sides have set. */
export interface Rules {
  readonly limits: FlowLimits;
  readonly sizes: Sizes;
  /** How many requests may be open; no bound where it isn't given. */
  readonly maxOpen?: {
    readonly sent: number;
    readonly received: number;
  };
}

/** What is in an inbox; it has the shape that the inbox knows. */
type Item = {
  readonly kind: "request";
  readonly request: { readonly metadataCost: number };
  readonly id: number;
  readonly body: StreamBody;
} | {
  readonly kind: "stream";
  readonly id: number;
  readonly message: { readonly body: StreamBody };
};

const NO_METADATA = { metadataCost: 0 };

/** A request of the other side. */
interface Received {
  readonly id: number;
  readonly gauge: Gauge;
  updates: number;
  taken: boolean;
  /** Whether updates are kept, and don't count. */
  kept: boolean;
}

/** One peer: flow control and the inbox are the real ones, the rest is as simple as can be. */
export class Side {
  readonly flow: FlowControl;
  readonly inbox: Inbox<Item>;
  readonly #program: Program;
  readonly #sizes: Sizes;
  readonly #maxOpen: NonNullable<Rules["maxOpen"]>;
  readonly #received = new Map<number, Received>();
  readonly #calls = new Set<number>();
  /** Messages that are queued for writing. */
  readonly queue: {
    readonly message: ModelMessage;
    readonly kind: OutgoingKind;
  }[] = [];
  /** What has been written and the other side hasn't read. */
  readonly wire: ModelMessage[] = [];
  #sent = 0;
  /** Whether a response waits to be written or to let go of its body, where the program awaits it. */
  #awaited = false;
  /** Whether the application waits for the next message. */
  #waiting = false;
  /** Whether the stop has been answered. */
  #stopped = false;
  /** Requests that were refused for rule 5. */
  refused = 0;
  /** The most that was queued of responses, in bytes. */
  mostReplies = 0;
  #replies = 0;
  /** What counts the messages of its subscription. */
  readonly #subscription: Gauge;

  constructor(program: Program, { limits, sizes, maxOpen }: Rules) {
    this.#program = program;
    this.#sizes = sizes;
    this.#maxOpen = maxOpen ?? { sent: Infinity, received: Infinity };
    this.flow = new FlowControl(limits, {
      detachReplies: () => this.#awaited = false,
      deliver: () => this.inbox.deliver(),
      paused: () => {},
      openCalls: () => this.#calls.size,
      now: () => 0,
    });
    this.inbox = new Inbox(this.flow);
    this.flow.hasTaker();
    this.#subscription = this.flow.messagesOf(program.subscribes ?? 0);
  }

  /** Whether all is said, answered and taken. */
  get done(): boolean {
    return this.#sent === this.#program.sends.length &&
      this.#calls.size === 0 &&
      this.#received.size === 0 && this.queue.length === 0 &&
      this.wire.length === 0 && this.inbox.length === 0 &&
      this.#subscription.messages === 0;
  }

  /** All that tells this state from another one. */
  get key(): string {
    const text = (list: readonly { type?: string; id: number }[]): string =>
      list.map(({ type = "", id }) => `${type[0]}${type[2]}${id}`).join();
    const received = [...this.#received.values()]
      .map(({ id, updates, taken, kept }) => `${id}:${updates}${taken}${kept}`);
    return [
      this.#sent,
      [...this.#calls],
      received,
      text(this.queue.map(({ message }) => message)),
      text(this.wire),
      this.inbox.length,
      this.#subscription.messages,
      this.#awaited,
      this.#waiting,
      this.#stopped,
      this.flow.paused,
      this.flow.withholds,
    ].join(";");
  }

  /** What can happen on this side. */
  *events(other: Side, wireLength: number): Generator<string> {
    if (this.#maySend()) yield "send";
    if (this.queue.length > 0 && this.wire.length < wireLength) yield "write";
    if (other.wire.length > 0 && !this.flow.paused) yield "read";
    if (!this.#program.waits && this.#mayTake()) yield "take";
    if (this.#subscription.messages > 0) yield "next";
    for (const { id, updates, taken } of this.#received.values()) {
      if (!taken) continue;
      if (this.#program.viewer !== undefined) {
        if (this.#stopped || id === this.#program.viewer.stop) {
          yield `answer ${id}`;
        }
      } else if (updates > 0) yield `update ${id}`;
      else if (!this.#program.inTurn || !this.#awaited) yield `answer ${id}`;
    }
  }

  /** Whether the timer of rule 5 would refuse a request, if nothing else happens. */
  get canRefuse(): boolean {
    return this.flow.paused && this.#headWithheld();
  }

  /** Makes one of the events happen. */
  apply(event: string, other: Side): void {
    this.#apply(event, other);
    if (this.#program.waits) this.#wait();
  }

  /** Goes on as a loop does that has got its message, or may ask for the next one. */
  #wait(): void {
    for (;;) {
      if (this.#waiting) {
        if (this.inbox.waiting > 0) return;
        // What its promise says is known only later, but they are given in order.
        this.#waiting = false;
        this.#taken();
      } else if (this.#mayTake()) {
        this.#waiting = true;
        this.inbox.next();
      } else return;
    }
  }

  #apply(event: string, other: Side): void {
    const [what, id] = event.split(" ");
    switch (what) {
      case "send": {
        const message = this.#program.sends[this.#sent++]!;
        if (message.type === "request") this.#calls.add(message.id);
        return this.#push(message, "own");
      }
      case "write":
        return this.#write();
      case "read":
        return this.#read(other.wire.shift()!);
      case "take":
        return this.#take();
      case "next":
        return this.#subscription.remove(1, this.#sizes.stream);
      case "update": {
        const request = this.#received.get(Number(id))!;
        request.updates--;
        return this.flow.removeUpdates(request.gauge, 1, 0);
      }
      case "answer":
        this.#dropUpdates(this.#received.get(Number(id))!);
        this.#received.delete(Number(id));
        if (Number(id) === this.#program.viewer?.stop) this.#stopped = true;
        if (this.#program.inTurn) this.#awaited = true;
        return this.#push({ type: "response", id: Number(id) }, "reply");
      case "refuse":
        return this.#refuse();
    }
  }

  #maySend(): boolean {
    const next = this.#program.sends[this.#sent];
    if (next === undefined || this.flow.ownFull) return false;
    return next.type !== "request" || this.#calls.size < this.#maxOpen.sent;
  }

  #mayTake(): boolean {
    const { inTurn, waits = false } = this.#program;
    const works = this.#awaited ||
      [...this.#received.values()].some(({ taken }) => taken);
    if (inTurn && works) return false;
    return waits || (this.inbox.length > 0 && !this.#headWithheld());
  }

  #headWithheld(): boolean {
    // An inbox tells only by what it gives; the model looks at what is in front.
    return this.flow.withholds && this.#items[0]?.kind === "request";
  }

  /** What is in the inbox. */
  readonly #items: Item[] = [];

  #take(): void {
    const item = this.inbox.take();
    if (item === undefined) throw new Error("The inbox gives nothing");
    this.#taken();
  }

  /** The application has got what was in front. */
  #taken(): void {
    const item = this.#items.shift()!;
    if (item.kind !== "request") return;
    const request = this.#received.get(item.id)!;
    request.taken = true;
    if (!this.#program.viewer?.keeps) return;
    const { updates } = request;
    this.#dropUpdates(request);
    request.kept = true;
    request.updates = Math.min(updates, 1);
  }

  #dropUpdates(request: Received): void {
    const { gauge, updates, kept } = request;
    if (updates > 0 && !kept) this.flow.removeUpdates(gauge, updates, 0);
    request.updates = 0;
  }

  #refuse(): void {
    const item = this.inbox.takeWithheld();
    if (item === null) throw new Error("The inbox withholds nothing");
    this.#items.shift();
    this.#dropUpdates(this.#received.get(item.id)!);
    this.#received.delete(item.id);
    this.refused++;
    this.#push({ type: "refusal", id: item.id }, "refusal");
  }

  #push(message: ModelMessage, kind: OutgoingKind): void {
    this.queue.push({ message, kind });
    if (kind === "reply") {
      this.#replies += this.#cost(message);
      this.mostReplies = Math.max(this.mostReplies, this.#replies);
    }
    this.flow.add(kind, this.#cost(message));
  }

  #write(): void {
    const { message, kind } = this.queue.shift()!;
    this.wire.push(message);
    const cost = this.#cost(message);
    if (kind === "reply") {
      this.#awaited = false;
      this.#replies -= cost;
    }
    this.flow.written(
      kind === "own" ? cost : 0,
      kind === "reply" ? cost : 0,
      kind === "refusal" ? cost : 0,
    );
  }

  #read({ type, id }: ModelMessage): void {
    switch (type) {
      case "request": {
        if (this.#received.size >= this.#maxOpen.received) {
          return this.#push({ type: "refusal", id }, "refusal");
        }
        const gauge = this.flow.updatesOf(id);
        const state = { updates: 0, taken: false, kept: false };
        this.#received.set(id, { id, gauge, ...state });
        const body = new StreamBody(new Uint8Array(this.#sizes.request));
        return this.#receive({
          kind: "request",
          request: NO_METADATA,
          id,
          body,
        });
      }
      case "stream": {
        if (id === this.#program.subscribes) {
          return this.#subscription.add(this.#sizes.stream);
        }
        const body = new Uint8Array(this.#sizes.stream);
        const message = { body: new StreamBody(body) };
        return this.#receive({ kind: "stream", id, message });
      }
      case "update": {
        const request = this.#received.get(id);
        if (request === undefined) return;
        if (request.kept) {
          request.updates = 1;
          return;
        }
        request.updates++;
        return this.flow.addUpdate(request.gauge, id, 0);
      }
      default:
        this.#calls.delete(id);
    }
  }

  #receive(item: Item): void {
    this.#items.push(item);
    this.inbox.push(item);
  }

  #cost({ type }: ModelMessage): number {
    const sizes: Partial<Record<ModelMessage["type"], number>> = this.#sizes;
    return MESSAGE_COST + (sizes[type] ?? 0);
  }
}
