import type { Acceptor, StreamConfig } from "../../../mod.ts";
import type { Scene } from "../../support/scene.ts";
import type { TestTransport } from "../../support/transport_under_test.ts";

/** A listening socket made of links, for transports that have none of their own, too. */
export class LinkAcceptor implements Acceptor<TestTransport> {
  readonly addr = { transport: "link" };
  readonly #scene: Scene;
  readonly #config: StreamConfig;
  readonly #backlog: TestTransport[] = [];
  #waiting: PromiseWithResolvers<TestTransport> | null = null;
  #closed = false;

  constructor(scene: Scene, config: StreamConfig) {
    this.#scene = scene;
    this.#config = config;
  }

  accept(): Promise<TestTransport> {
    if (this.#closed) return Promise.reject(interrupted());
    const next = this.#backlog.shift();
    if (next !== undefined) return Promise.resolve(next);
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  /** The other end of a connection that waits to be accepted. */
  async connect(): Promise<TestTransport> {
    const [there, here] = await this.#scene.link(this.#config);
    if (this.#waiting === null) this.#backlog.push(here);
    else this.#waiting.resolve(here);
    this.#waiting = null;
    return there;
  }

  close(): void {
    this.#closed = true;
    this.#waiting?.reject(interrupted());
    this.#waiting = null;
  }

  ref(): void {}
  unref(): void {}
}

function interrupted(): Error {
  return new Deno.errors.Interrupted("operation canceled");
}
