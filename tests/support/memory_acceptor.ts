import {
  type Acceptor,
  type ConnectOptions,
  Listener,
  type ListenOptions,
  MemoryTransport,
  Peer,
  type PeerHandle,
  type StreamBody,
  type StreamConfig,
} from "../../mod.ts";
import type { TestListener, TestTransport } from "./transport_under_test.ts";

/** A listening socket in memory, whose accepts can be made to fail. */
export class MemoryAcceptor implements Acceptor<TestTransport> {
  readonly addr: Deno.NetAddr = {
    transport: "tcp",
    hostname: "memory",
    port: 1,
  };
  /** How often a connection was waited for. */
  accepts = 0;
  readonly #config: StreamConfig;
  readonly #backlog: (() => TestTransport)[] = [];
  #waiting: PromiseWithResolvers<TestTransport> | null = null;
  #closed = false;

  constructor(config: StreamConfig = {}) {
    this.#config = config;
  }

  accept(): Promise<TestTransport> {
    this.accepts++;
    if (this.#closed) return Promise.reject(interrupted());
    const next = this.#backlog.shift();
    if (next !== undefined) return Promise.try(next);
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  close(): void {
    this.#closed = true;
    this.#waiting?.reject(interrupted());
    this.#waiting = null;
  }

  ref(): void {}
  unref(): void {}

  /** Makes an accept fail, as with too many open files. */
  fail(error: Error): void {
    this.#push(() => {
      throw error;
    });
  }

  /** The other end of a connection that waits to be accepted. */
  connect(): Promise<TestTransport> {
    if (this.#closed) {
      const error = new Deno.errors.ConnectionRefused("Nobody listens");
      return Promise.reject(error);
    }
    const [ours, theirs] = MemoryTransport.pair(this.#config);
    this.#push(() => theirs);
    return Promise.resolve(ours);
  }

  /** A listener on it. */
  listen(options: ListenOptions): TestListener {
    return {
      listener: new Listener<StreamBody, unknown>(this, options),
      refusal: Deno.errors.ConnectionRefused,
      connect: (
        options?: ConnectOptions,
      ): Promise<PeerHandle<StreamBody, unknown>> =>
        Peer.connect({ connect: () => this.connect() }, null, options),
    };
  }

  #push(next: () => TestTransport): void {
    if (this.#waiting === null) {
      this.#backlog.push(next);
      return;
    }
    const { resolve } = this.#waiting;
    this.#waiting = null;
    resolve(Promise.try(next));
  }
}

function interrupted(): Error {
  return new Deno.errors.Interrupted("operation canceled");
}
