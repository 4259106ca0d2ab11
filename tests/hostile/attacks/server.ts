import { assertEquals } from "@std/assert";
import {
  Listener,
  type ListenerOptions,
  type StreamBody,
} from "../../../mod.ts";
import { RawEnd } from "../../support/raw_end.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import { LinkAcceptor } from "./link_acceptor.ts";

/** What the server's application does with the connection of a hostile client. */
export type Application = (peer: TestPeer) => Promise<unknown>;

/** A server over any transport, with an honest client, that is attacked. */
export class AttackedServer implements AsyncDisposable {
  readonly listener: Listener<StreamBody, unknown>;
  /** What `onError` was told. */
  readonly errors: unknown[] = [];
  readonly #scene: Scene;
  readonly #acceptor: LinkAcceptor;
  readonly #running: Promise<void>;
  readonly #raws: RawEnd[] = [];
  #honest: TestPeer | null = null;

  private constructor(
    scene: Scene,
    options: ListenerOptions,
    application: Application,
  ) {
    this.#scene = scene;
    this.#acceptor = new LinkAcceptor(scene, {});
    this.listener = new Listener<StreamBody, unknown>(this.#acceptor, {
      onError: (error) => void this.errors.push(error),
      ...options,
    });
    let connections = 0;
    this.#running = this.listener.run((peer) =>
      connections++ === 0
        ? peer.serve({ 1: (_request, body) => body })
        : application(peer)
    );
  }

  /** Starts it, and connects the honest client. */
  static async start(
    scene: Scene,
    options: ListenerOptions,
    application: Application,
  ): Promise<AttackedServer> {
    const server = new AttackedServer(scene, options, application);
    server.#honest = scene.spawn(await server.#acceptor.connect());
    await server.servesOthers();
    return server;
  }

  /** The honest client. */
  get honest(): TestPeer {
    return this.#honest!;
  }

  /** Connects a hostile client. */
  async open(): Promise<RawEnd> {
    const raw = new RawEnd(await this.#acceptor.connect());
    this.#raws.push(raw);
    return raw;
  }

  /** Fails unless the honest client gets an answer. */
  async servesOthers(): Promise<void> {
    assertEquals((await this.honest.call(1, "honest")).text(), "honest");
  }

  /** Waits until the listener says so. */
  async until(
    holds: (stats: ReturnType<Listener["stats"]>) => boolean,
  ): Promise<void> {
    while (!holds(this.listener.stats())) await this.#scene.pace(1);
  }

  /** Ends it, and fails unless the honest client was served to the end. */
  async end(): Promise<void> {
    const leaving = this.#leave();
    await this.servesOthers();
    await this.#shutDown(leaving);
  }

  /** Ends it. Idempotent. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shutDown(this.#leave());
  }

  /** All hostile clients leave. Byte streams of a user wait for the server's end. */
  #leave(): Promise<unknown> {
    return Promise.all(this.#raws.map((raw) => raw.close()));
  }

  async #shutDown(leaving: Promise<unknown>): Promise<void> {
    await this.honest.close();
    await this.listener.shutdown({ grace: 0 });
    await Promise.all([this.#running, leaving]);
  }
}
