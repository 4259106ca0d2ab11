import type { Clock } from "../../internal/clock.ts";
import type { LibcSymbols } from "../libc/symbols.ts";
import type { PauseSocket } from "./pause_socket.ts";
import { setPromiseRef } from "./promise_ref.ts";

/** How long to wait for a thread of Deno's to make a pause, in milliseconds. */
const MAX_PAUSE_TIME = 2;

/**
 * After so many pauses a socket makes them. It needs `node:net`, which takes some
 * 10 ms to load, so a program with little traffic does without.
 */
const PAUSES_ON_THREAD = 64;

/** The part of a PauseSocket that is used here. */
type Socket = Pick<PauseSocket, "begin" | "setRef" | "close" | "closed">;

/**
 * Makes pauses, in which Deno looks at the program's other sockets. With a thread
 * that takes 33 us of CPU time, with a socket 9.
 */
export class Pauses {
  readonly #symbols: Pick<LibcSymbols, "sched_yieldInThread">;
  readonly #openSocket: () => Socket | null;
  readonly #clock: Clock;
  #count = 0;
  #referenced = true;
  #thread: Promise<unknown> | null = null;
  #socket: Socket | null = null;

  /** Makes the first pauses on a thread; `openSocket` is called once. */
  constructor(
    symbols: Pick<LibcSymbols, "sched_yieldInThread">,
    openSocket: () => Socket | null,
    clock: Clock,
  ) {
    this.#symbols = symbols;
    this.#openSocket = openSocket;
    this.#clock = clock;
  }

  /** Whether one can be made: not while a thread hasn't come to the last one. */
  get possible(): boolean {
    return this.#thread === null;
  }

  /** Makes one, and calls back when it is over. */
  begin(over: () => void): void {
    if (++this.#count === PAUSES_ON_THREAD) this.#open();
    if (this.#socket !== null && !this.#socket.closed) {
      this.#socket.begin(over);
    } else this.#beginOnThread(over);
  }

  /** Sets whether it keeps the program alive. */
  setRef(referenced: boolean): void {
    this.#referenced = referenced;
    this.#socket?.setRef(referenced);
    if (this.#thread !== null) setPromiseRef(this.#thread, referenced);
  }

  /** Ends it, when the pause that was begun is over. */
  async end(): Promise<void> {
    await Promise.all([this.#thread, this.#socket?.close()]);
  }

  #open(): void {
    this.#socket = this.#openSocket();
    this.#socket?.setRef(this.#referenced);
  }

  #beginOnThread(over: () => void): void {
    const stop = this.#clock.start(over, MAX_PAUSE_TIME);
    const thread = this.#thread = this.#symbols.sched_yieldInThread();
    if (!this.#referenced) setPromiseRef(thread, false);
    thread.then(() => {
      stop();
      this.#thread = null;
      over();
    });
  }
}
