import {
  EPOLLIN,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
} from "../../../transports/libc/constants.ts";
import { Libc } from "../../../transports/libc/libc.ts";
import { Reactor } from "../../../transports/reactor/reactor.ts";
import type { Watched } from "../../../transports/reactor/watched.ts";
import type { Scene } from "../../unix_seqpacket/support/scene.ts";

const SOCK_SEQPACKET = 5;
const CLOEXEC = 0o2000000;
const NONBLOCK = 0o4000;
const POLLHUP = 0x10;
const BYTE = new Uint8Array(1);

/** One end of a pair in the hands of a reactor, the other one in those of the test. */
export class Probe implements Watched, AsyncDisposable {
  readonly fd: number;
  readonly reactor: Reactor;
  /** The events that it was told, one entry for each call. */
  readonly told: number[] = [];
  /** What it was told when watching had failed. */
  readonly failures: unknown[] = [];
  /** Done when it is told something. */
  react: (probe: Probe) => void = () => {};
  readonly #scene: Scene;
  readonly #other: number;
  #wanted = 0;
  #waiter: PromiseWithResolvers<void> | null = null;
  #closed: Promise<void> | null = null;

  constructor(scene: Scene, ends = socketPair(scene)) {
    this.#scene = scene;
    [this.fd, this.#other] = ends;
    using libc = Libc.require("A test");
    this.reactor = Reactor.watch(libc, this);
  }

  onReady(events: number): number {
    // A reactor may ask one that isn't ready.
    if (!this.#ready()) return 0;
    this.told.push(events);
    this.#waiter?.resolve();
    this.#waiter = null;
    this.react(this);
    return 1;
  }

  onFailed(error: unknown): void {
    this.failures.push(error);
    this.#waiter?.resolve();
    this.#waiter = null;
  }

  /** Watches for something to read. */
  want(events: number = EPOLLIN): void {
    this.#wanted = events | POLLHUP;
    this.reactor.want(this.fd, events);
  }

  /** Resolves when it is told something, from now on. */
  next(): Promise<void> {
    this.#waiter ??= Promise.withResolvers();
    return this.#waiter.promise;
  }

  /** Gives it something to read. */
  send(): void {
    this.#scene.libc.ok(this.#scene.libc.symbols.write(this.#other, BYTE, 1n));
  }

  /** Takes what there is to read. */
  take(): void {
    this.#scene.libc.ok(this.#scene.libc.symbols.read(this.fd, BYTE, 1n));
  }

  /** Ends the other side. */
  hangUp(): void {
    const SHUT_RDWR = 2;
    this.#scene.libc.symbols.shutdown(this.#other, SHUT_RDWR);
  }

  #ready(): boolean {
    using libc = Libc.require("A test");
    const poller = new Int32Array([this.fd, POLLIN | POLLOUT | POLLRDHUP]);
    libc.symbols.poll(poller, 1n, 0);
    return ((poller[1]! >> 16) & this.#wanted) !== 0;
  }

  /**
   * Ends watching, and makes another one of its number, which is never free: the
   * tests beside this one open files too. Nothing happens if it is closed later.
   */
  replace(): Probe {
    const { libc } = this.#scene;
    const ended = this.reactor.unwatch(this.fd);
    this.#closed = Promise.resolve(ended);
    const [fd, other] = socketPair(this.#scene);
    libc.ok(libc.symbols.dup3(fd, this.fd, CLOEXEC));
    libc.symbols.close(fd);
    libc.symbols.close(this.#other);
    return this.#scene.use(new Probe(this.#scene, [this.fd, other]));
  }

  /** Ends watching, and closes both ends. */
  close(): Promise<void> {
    return this.#closed ??= this.#closeOnce();
  }

  async #closeOnce(): Promise<void> {
    const ended = this.reactor.unwatch(this.fd);
    this.#scene.libc.symbols.close(this.fd);
    this.#scene.libc.symbols.close(this.#other);
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function socketPair(scene: Scene): [number, number] {
  return scene.libc.socketPair(SOCK_SEQPACKET | CLOEXEC | NONBLOCK);
}

/** Probes that end with the scene. */
export function probes(scene: Scene, count: number): Probe[] {
  return Array.from({ length: count }, () => scene.use(new Probe(scene)));
}
