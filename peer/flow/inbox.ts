import type { Body } from "../../protocol/body.ts";
import type { RpcError } from "../../protocol/error.ts";
import { bodyCost } from "../../internal/cost.ts";
import { Queue, type Test } from "../../internal/queue.ts";
import { Waiters } from "../../internal/waiters.ts";
import type { FlowControl } from "./flow_control.ts";

/** What can be in an inbox: a message, or a non-fatal error in its place in the order. */
export type InboxItem = RpcError | {
  readonly kind: "request";
  readonly body: Body;
  readonly request: {
    /** What came with the request besides its body, in bytes. */
    readonly metadataCost: number;
  };
} | {
  readonly kind: "stream";
  readonly message: { readonly body: Body };
};

/** What takes items as they come: see `Inbox.serve`. */
export interface InboxServer<T> {
  /** Takes an item. False if it can't take another one for now. */
  take(item: T): boolean;
}

/** What a connection has received and nobody has taken yet, and those that wait for it. */
export class Inbox<T extends InboxItem> {
  readonly #flow: FlowControl;
  readonly #items = new Queue<T>();
  readonly #waiters = new Waiters<T | null>();
  /** A server that waits. */
  #server: InboxServer<T> | null = null;
  #serving: PromiseWithResolvers<boolean> | null = null;
  /** What the server gets in the next microtask. It isn't counted. */
  readonly #forServer = new Queue<T>();
  /** The bodies of the newest items, which share a buffer, from `#runStart` on. */
  #run: Body[] = [];
  #runStart = 0;
  #runBuffer: ArrayBuffer | null = null;
  #abandoned: { readonly reason: unknown } | null = null;
  #ended = false;
  #error: RpcError | null = null;

  /** Makes an empty inbox, which is counted by `flow`. */
  constructor(flow: FlowControl) {
    this.#flow = flow;
  }

  /** Whether nobody takes anything any more. */
  get abandoned(): boolean {
    return this.#abandoned !== null;
  }

  /** How many items wait to be taken. */
  get length(): number {
    return this.#items.length + this.#forServer.length;
  }

  /** How many wait for an item. */
  get waiting(): number {
    return this.#waiters.length;
  }

  /** Gives an item to the first one that waits, or keeps it. */
  push(item: T): void {
    // What comes behind others that the server is to get must not overtake them.
    if (this.#server !== null && this.#forServer.length > 0) {
      return this.#forServer.push(item);
    }
    // If items are kept while somebody waits, that is because requests are withheld.
    if (this.#items.length === 0 && !this.#withholds(item)) {
      if (this.#server !== null) {
        this.#forServer.push(item);
        return queueMicrotask(() => this.#giveToServer());
      }
      if (this.#waiters.resolve(item)) return;
    }
    this.#keep(item);
  }

  #keep(item: T): void {
    this.#items.push(item);
    const body = bodyOf(item);
    if (body !== null) this.#addToRun(body);
    this.#flow.addToInbox(isRequest(item), costOf(item));
  }

  /** The next item if it may be taken; undefined if it has to be waited for. */
  take(): T | undefined {
    this.#flow.hasTaker();
    const item = this.#items.peek();
    if (item === undefined || this.#withholds(item)) return undefined;
    return this.#shift();
  }

  /** The next item; null after a clean end, the same error again after a fatal one. */
  next(signal?: AbortSignal): Promise<T | null> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#abandoned !== null) {
      return Promise.reject(this.#abandoned.reason);
    }
    const item = this.take();
    if (item !== undefined) return Promise.resolve(item);
    if (this.#ended && this.#items.length === 0) return this.#afterEnd();
    return this.#waiters.wait(signal);
  }

  /**
   * Gives a server what comes, in a microtask behind the read that it came in, while
   * nothing else is kept. That spares counting each item in and out again.
   *
   * @returns Whether there may be something to take, or the server takes no more for
   * now; false after a clean end. Rejects as `next` does.
   */
  serve(server: InboxServer<T>): Promise<boolean> {
    if (this.#abandoned !== null) {
      return Promise.reject(this.#abandoned.reason);
    }
    if (this.#ended && this.length === 0) {
      return this.#afterEnd().then(() => false);
    }
    this.#server = server;
    this.#serving = Promise.withResolvers();
    return this.#serving.promise;
  }

  #giveToServer(): void {
    for (let item = this.#forServer.peek(); item !== undefined;) {
      if (this.#server === null || this.#withholds(item)) break;
      this.#forServer.shift();
      if (!this.#server.take(item)) this.#wakeServer(true);
      item = this.#forServer.peek();
    }
    for (const item of this.#forServer.drain()) this.#keep(item);
    this.#endWaiters();
  }

  /** Gives those that wait what may be taken. */
  deliver(): void {
    if (this.#server !== null) {
      const item = this.#items.peek();
      if (item !== undefined && !this.#withholds(item)) this.#wakeServer(true);
    }
    while (this.#waiters.length > 0) {
      const item = this.take();
      if (item === undefined) break;
      this.#waiters.resolve(item);
    }
    this.#endWaiters();
  }

  /** The request at the head, if it is withheld; it is taken out. */
  takeWithheld(): T | null {
    const item = this.#items.peek();
    if (item === undefined || !this.#withholds(item)) return null;
    this.#shift();
    // What is behind it may be given, and nothing else would do that.
    this.deliver();
    return item;
  }

  /** Takes out the first item that passes a test; undefined if none does. */
  remove<S extends T = T>(test: Test<T, S>): S | undefined {
    const item = this.#items.remove(test);
    if (item === undefined) return this.#forServer.remove(test);
    const at = this.#run.indexOf(bodyOf(item)!, this.#runStart);
    if (at >= 0) this.#run.splice(at, 1);
    if (this.#items.length === 0) this.#startRun();
    this.#uncount(item);
    this.deliver();
    return item;
  }

  /** Nothing more will come; what is there can still be taken. Idempotent. */
  end(error: RpcError | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#endWaiters();
  }

  /** Nobody will take anything any more: fails those that wait, now and later. */
  abandon(reason: unknown): void {
    this.#abandoned = { reason };
    this.#serving?.reject(reason);
    this.#dropServer();
    this.#waiters.rejectAll(reason);
  }

  /** Takes all that is left. */
  clear(): T[] {
    const items = this.#items.drain();
    this.#startRun();
    for (const item of items) this.#uncount(item);
    items.push(...this.#forServer.drain());
    this.#endWaiters();
    return items;
  }

  #withholds(item: T): boolean {
    return this.#flow.withholds && isRequest(item);
  }

  #shift(): T {
    const item = this.#items.shift()!;
    const body = bodyOf(item);
    // Else what was taken could not be garbage-collected.
    if (this.#items.length === 0) this.#startRun();
    else if (this.#run[this.#runStart] === body) this.#runStart++;
    this.#uncount(item);
    return item;
  }

  #uncount(item: T): void {
    this.#flow.removeFromInbox(isRequest(item), costOf(item));
  }

  #endWaiters(): void {
    if (!this.#ended || this.length > 0) return;
    if (this.#error === null) {
      this.#wakeServer(false);
      this.#waiters.resolveAll(null);
    } else {
      this.#serving?.reject(this.#error);
      this.#dropServer();
      this.#waiters.rejectAll(this.#error);
    }
  }

  /** From now on items are kept, until it waits again. */
  #wakeServer(mayTake: boolean): void {
    this.#serving?.resolve(mayTake);
    this.#dropServer();
  }

  #dropServer(): void {
    this.#server = null;
    this.#serving = null;
  }

  #afterEnd(): Promise<null> {
    return this.#error === null
      ? Promise.resolve(null)
      : Promise.reject(this.#error);
  }

  /** Once another buffer is read into, bodies that use little of the one before get memory of their own. */
  #addToRun(body: Body): void {
    const { buffer } = body.data;
    if (buffer !== this.#runBuffer) {
      this.#flow.memory.take(this.#run.slice(this.#runStart));
      this.#startRun();
      this.#runBuffer = buffer;
    }
    this.#run.push(body);
  }

  #startRun(): void {
    this.#run.length = 0;
    this.#runStart = 0;
    this.#runBuffer = null;
  }
}

// Told apart by `kind`, which an error doesn't have: `instanceof` takes longer.
function kindOf(item: InboxItem): "request" | "stream" | undefined {
  return (item as { readonly kind?: "request" | "stream" }).kind;
}

function isRequest(
  item: InboxItem,
): item is Extract<InboxItem, { readonly kind: "request" }> {
  return kindOf(item) === "request";
}

function costOf(item: InboxItem): number {
  const body = bodyOf(item);
  if (body === null) return 0;
  return isRequest(item)
    ? bodyCost(body) + item.request.metadataCost
    : bodyCost(body);
}

function bodyOf(item: InboxItem): Body | null {
  switch (kindOf(item)) {
    case "request":
      return (item as { readonly body: Body }).body;
    case "stream":
      return (item as { readonly message: { readonly body: Body } }).message
        .body;
    case undefined:
      return null;
  }
}
