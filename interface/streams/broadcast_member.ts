import { onAbort } from "../../internal/abort.ts";
import { NewestQueue } from "../../internal/queue.ts";
import type { BodyInput } from "../../protocol/body.ts";
import type { BroadcastTarget } from "../../peer/connection.ts";
import { namedError } from "../client/named_error.ts";
import type { MessageCodec } from "../codecs/interface_codec.ts";
import type { SharedBody } from "./shared_body.ts";

/** A peer in a broadcast, as `add` gives it: disposing it takes the peer out. */
export interface BroadcastMember extends Disposable {
  /** How many values this peer wasn't sent: for newer ones, or since a send failed. */
  readonly dropped: number;
  /** How many values wait to be sent to it. */
  readonly waiting: number;
  /** Whether it is out: disposed, or its connection has ended. */
  readonly left: boolean;
  /** Takes the peer out; what waits is dropped, and counted. Idempotent. */
  [Symbol.dispose](): void;
}

/** What a member tells its broadcast. */
export interface MemberHooks {
  /** A value wasn't sent. */
  dropped(): void;
  /** It is out. */
  left(): void;
}

/** Sends the newest values to one connection, one at a time. */
export class Member implements BroadcastMember {
  readonly #target: BroadcastTarget;
  readonly #stream: MessageCodec;
  readonly #hooks: MemberHooks;
  readonly #waiting: NewestQueue<SharedBody>;
  /** Fires when it is out, for a send that waits for room. */
  readonly #out = new AbortController();
  #forgetEnd: (() => void) | null = null;
  #sending = false;
  #dropped = 0;

  /** Begins with nothing to send; it is out at once if the connection has ended. */
  constructor(
    target: BroadcastTarget,
    stream: MessageCodec,
    limit: number,
    hooks: MemberHooks,
  ) {
    this.#target = target;
    this.#stream = stream;
    this.#hooks = hooks;
    this.#waiting = new NewestQueue(limit);
    const { signal } = target;
    if (signal.aborted) this.#out.abort();
    else this.#forgetEnd = onAbort(signal, () => this.#leave());
  }

  /** How many values this peer wasn't sent. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How many values wait to be sent to it. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether it is out. */
  get left(): boolean {
    return this.#out.signal.aborted;
  }

  /** Sends a value as soon as the one before is written. */
  send(body: SharedBody): void {
    body.hold();
    const oldest = this.#waiting.push(body);
    if (oldest !== undefined) this.#drop(oldest);
    if (!this.#sending) this.#sendAll();
  }

  /** Takes the peer out. */
  [Symbol.dispose](): void {
    this.#leave();
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    while (this.#waiting.length > 0) await this.#sendFirst();
    this.#sending = false;
  }

  async #sendFirst(): Promise<void> {
    const { id, fullName } = this.#stream;
    let body: SharedBody | undefined;
    const take = (): BodyInput | null => {
      body = this.#waiting.shift();
      return body?.input ?? null;
    };
    try {
      await this.#target.sender.sendNewest(id, take, this.#out.signal);
    } catch (error) {
      // If it is out, that is why.
      if (this.left) return;
      this.#target.report(namedError(error, fullName, undefined));
      // If it wasn't about a value, the next one would fail too.
      if (body === undefined) this.#leave();
      else this.#count();
    } finally {
      body?.release();
    }
  }

  #leave(): void {
    if (this.left) return;
    this.#forgetEnd?.();
    this.#out.abort();
    for (const body of this.#waiting.drain()) this.#drop(body);
    this.#hooks.left();
  }

  #drop(body: SharedBody): void {
    body.release();
    this.#count();
  }

  #count(): void {
    this.#dropped++;
    this.#hooks.dropped();
  }
}
