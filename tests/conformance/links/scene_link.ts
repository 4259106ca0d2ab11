import type { PeerOptions, StreamBody } from "../../../mod.ts";
import type { LinkOptions } from "../../../reconnect/mod.ts";
import { Link } from "../../../reconnect/link.ts";
import type { HandClock } from "../../support/hand_clock.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import type { TestTransport } from "../../support/transport_under_test.ts";

/** What makes a link over the transport of a scene. */
export interface SceneLinkOptions extends LinkOptions {
  /** Of both ends of each connection. */
  readonly peer?: PeerOptions;
  /** Turned by hand, for the link and all of its connections. */
  readonly clock?: HandClock;
}

/** What is at the other end of a new connection. */
type OnConnect = (server: TestPeer, connection: number) => unknown;

/** A link over the transport of a scene. It doesn't wait between attempts. */
export class SceneLink implements AsyncDisposable {
  readonly link: Link<StreamBody, unknown>;
  /** How many connections were made. */
  connections = 0;
  readonly #scene: Scene;
  readonly #onConnect: OnConnect;
  readonly #options: SceneLinkOptions;
  /** The servers' end of the newest connection. */
  #newest: TestTransport | null = null;
  #server: TestPeer | null = null;
  #connecting: Promise<unknown> = Promise.resolve();
  #left = Promise.withResolvers<void>();

  constructor(
    scene: Scene,
    onConnect: OnConnect,
    options: SceneLinkOptions = {},
  ) {
    this.#scene = scene;
    this.#onConnect = onConnect;
    this.#options = options;
    const { clock } = options;
    const target = {
      address: scene.transport.name,
      connect: () => this.#connecting = this.#connect(),
    };
    this.link = new Link([target], {
      onState: ({ state }) => {
        if (state !== "connected") this.#left.resolve();
        if (state === "waiting") this.link.retryNow();
      },
      ...options,
    }, { clock });
  }

  /** The server's end of the newest connection. */
  get server(): TestPeer {
    return this.#server!;
  }

  /**
   * Closes the server's end of the newest connection, and waits until the link knows:
   * a call before that may be lost with it.
   */
  async closeServer(): Promise<void> {
    this.#left = Promise.withResolvers();
    await this.server.close();
    await this.#left.promise;
  }

  /** Ends the newest connection without a word, as the end of a process does. */
  async kill(): Promise<void> {
    await this.#newest!.close();
  }

  /** Closes the link. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.link.close();
    // What connects here doesn't end by the signal of the link.
    await this.#connecting;
  }

  async #connect(): Promise<TestPeer> {
    const { peer, clock } = this.#options;
    const [left, right] = await this.#scene.link();
    this.#newest = right;
    this.#server = this.#scene.spawn(right, peer, clock);
    this.#onConnect(this.#server, ++this.connections);
    return this.#scene.spawn(left, peer, clock);
  }
}
