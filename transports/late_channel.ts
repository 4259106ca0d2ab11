import type { Body } from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import { toRpcError } from "../internal/errors.ts";
import type { Message } from "../protocol/message.ts";
import type { ChannelEvents } from "./channel.ts";
import { closedHere } from "./channel_errors.ts";
import type { CheckedChannel } from "./channel_transport.ts";
import type { Incoming } from "./transport.ts";

/** Code that is loaded when it is first needed, as programs without it start sooner. */
export class LateCode<M> {
  readonly #import: () => Promise<M>;
  #loaded: M | null = null;

  /** Loads nothing yet. */
  constructor(load: () => Promise<M>) {
    this.#import = load;
  }

  /** The code; null until it is loaded. */
  get loaded(): M | null {
    return this.#loaded;
  }

  /** Loads it, once. */
  async load(): Promise<M> {
    return this.#loaded ??= await this.#import();
  }
}

/** How a channel is made once its code is loaded. */
export interface LateChannelParts<B extends Body, C extends CheckedChannel<B>> {
  /** Loads the code, and gives the function that makes the channel. */
  load(): Promise<() => C>;
  /** The error that sending a message would give for a limit, or null. */
  check(message: Message<B>): RpcError | null;
  /** Releases what the channel would have taken over. */
  abandon(): void;
}

/** A message that was pushed before there was a channel. */
interface Pushed<B extends Body> {
  readonly message: Message<B>;
  readonly detachable: boolean;
  readonly settle: (error?: RpcError) => void;
}

/**
 * A channel whose code is being loaded. What is pushed meanwhile waits, and reading and
 * writing go on when the channel is there. It is for constructors, which can't wait;
 * whatever is async loads the code first, and has the channel itself.
 */
export class LateChannel<B extends Body, C extends CheckedChannel<B>>
  implements CheckedChannel<B> {
  readonly settlesCopies = true;
  readonly losesOnClose = false;
  readonly #parts: LateChannelParts<B, C>;
  readonly #made: Promise<C>;
  #channel: C | null = null;
  #pushed: Pushed<B>[] = [];
  readonly #uses: ((channel: C) => void)[] = [];
  #isClosed = false;

  /** Begins to load. */
  constructor(parts: LateChannelParts<B, C>) {
    this.#parts = parts;
    this.#made = this.#make();
    // Reads and writes fail with it.
    this.#made.catch(() => {});
  }

  /** Does something with the channel: at once, or when it is there. */
  whenMade(use: (channel: C) => void): void {
    if (this.#channel === null) this.#uses.push(use);
    else use(this.#channel);
  }

  attach(events: ChannelEvents): void {
    this.whenMade((channel) => channel.attach(events));
  }

  get partial(): boolean {
    return this.#channel?.partial ?? false;
  }

  get received(): number {
    return this.#channel?.received ?? 0;
  }

  get written(): number {
    return this.#channel?.written ?? 0;
  }

  check(message: Message<B>): RpcError | null {
    return this.#parts.check(message);
  }

  read(): Promise<Incoming<B>[] | null> {
    if (this.#channel !== null) return this.#channel.read();
    return this.#made.then((channel) => channel.read());
  }

  copies(message: Message<B>, detachable: boolean): boolean {
    return this.#channel?.copies(message, detachable) ?? false;
  }

  push(
    message: Message<B>,
    detachable: boolean,
    settle: (error?: RpcError) => void = () => {},
  ): void {
    if (this.#channel !== null) {
      this.#channel.push(message, detachable, settle);
    } else this.#pushed.push({ message, detachable, settle });
  }

  detach(): void {
    this.whenMade((channel) => channel.detach?.());
  }

  get empty(): boolean {
    return this.#channel?.empty ?? this.#pushed.length === 0;
  }

  write(): Promise<void> {
    return this.#channel?.write() ?? this.#writeLate();
  }

  async closeWrite(): Promise<void> {
    await (await this.#made).closeWrite();
  }

  async close(): Promise<void> {
    if (this.#channel !== null) return await this.#channel.close();
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#parts.abandon();
    this.#drop(closedHere());
  }

  async #make(): Promise<C> {
    try {
      const make = await this.#parts.load();
      if (this.#isClosed) throw closedHere();
      const channel = this.#channel = make();
      for (const use of this.#uses) use(channel);
      for (const { message, detachable, settle } of this.#pushed) {
        channel.push(message, detachable, settle);
      }
      this.#pushed = [];
      return channel;
    } catch (error) {
      if (!this.#isClosed) this.#parts.abandon();
      this.#isClosed = true;
      throw toRpcError(error);
    }
  }

  async #writeLate(): Promise<void> {
    let channel: C;
    try {
      channel = await this.#made;
    } catch (error) {
      this.#drop(error as RpcError);
      throw error;
    }
    await channel.write();
  }

  #drop(error: RpcError): void {
    for (const { settle } of this.#pushed) settle(error);
    this.#pushed = [];
  }
}

/** Does something with a channel that may be late: at once, or when it is there. */
export function whenMade<B extends Body, C extends CheckedChannel<B>>(
  channel: C | LateChannel<B, C>,
  use: (channel: C) => void,
): void {
  if (channel instanceof LateChannel) channel.whenMade(use);
  else use(channel);
}
