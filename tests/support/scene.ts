import { assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import type {
  PeerHandle as Handle,
  PeerOptions,
  RpcError,
  StreamBody,
  StreamConfig,
} from "../../mod.ts";
import { Connection } from "../../peer/connection.ts";
import { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { Clock } from "../../internal/clock.ts";
import { RawEnd } from "./raw_end.ts";
import type {
  TestListener,
  TestTransport,
  TransportUnderTest,
} from "./transport_under_test.ts";
import type { ListenOptions } from "../../mod.ts";
import { HANGS_AFTER } from "./hangs_after.ts";

/** A handle whatever the transport is. */
export type TestPeer = Handle<StreamBody, unknown>;

/** Options of both ends, and of each. */
export interface PairOptions extends StreamConfig, PeerOptions {
  left?: PeerOptions;
  right?: PeerOptions;
  /** Turned by hand, for both ends. */
  clock?: Clock;
}

/** What a test of the suite works with; all that it makes ends with it. */
export class Scene implements AsyncDisposable {
  /** The transport that the test runs over. */
  readonly transport: TransportUnderTest;
  readonly #stack = new AsyncDisposableStack();
  readonly #connections: Connection<StreamBody, unknown>[] = [];
  readonly #raws: RawEnd[] = [];
  #pace: Promise<[TestPeer, TestPeer]> | null = null;

  constructor(transport: TransportUnderTest) {
    this.transport = transport;
  }

  /** Limits that let bodies of a length pass, as far as the transport carries them. */
  limits(length: number): StreamConfig {
    const most = Math.min(length, this.transport.maxBodyLen);
    return { maxBodyLenRead: most, maxBodyLenWrite: most };
  }

  /** Two linked ends without peers. */
  link(config: StreamConfig = {}): Promise<[TestTransport, TestTransport]> {
    return this.transport.link(config, this.#stack);
  }

  /** Two connected peers. */
  async pair(options: PairOptions = {}): Promise<[TestPeer, TestPeer]> {
    const [left, right] = await this.link(options);
    return [
      this.spawn(left, { ...options, ...options.left }, options.clock),
      this.spawn(right, { ...options, ...options.right }, options.clock),
    ];
  }

  /** A peer, and the other end in the hands of the test. */
  async raw(options: PairOptions = {}): Promise<[TestPeer, RawEnd]> {
    const [left, right] = await this.link(options);
    const raw = new RawEnd(right);
    this.#raws.push(raw);
    return [this.spawn(left, options, options.clock), raw];
  }

  /** Runs a peer, as `Peer.spawn` does, and looks at its tables at the end. */
  spawn(
    transport: TestTransport,
    options: PeerOptions = {},
    clock?: Clock,
  ): TestPeer {
    const connection = new Connection(transport, options, { clock });
    const handle = new PeerHandle(connection);
    connection.start();
    this.#connections.push(connection);
    return handle;
  }

  /** Listens, where the transport can. */
  async listen(options: ListenOptions = {}): Promise<TestListener> {
    const made = await this.transport.listen!(options, this.#stack);
    this.#stack.use(made.listener);
    return made;
  }

  /**
   * Gives what is under way elsewhere the time of some round trips over the
   * same transport, and of as many turns of the event loop.
   */
  async pace(rounds = 50): Promise<void> {
    this.#pace ??= this.pair();
    const [client, server] = await this.#pace;
    const { port1, port2 } = new MessageChannel();
    for (let i = 0; i < rounds; i++) {
      const turned = new Promise((resolve) => port2.onmessage = resolve);
      port1.postMessage(i);
      await turned;
      for (const [from, to] of [[client, server], [server, client]] as const) {
        const [message] = await Promise.all([
          to.recvMessage(),
          from.sendStream(1, "tick"),
        ]);
        assertEquals(message?.kind, "stream");
      }
    }
    port1.close();
    port2.close();
  }

  /** Closes everything, and looks whether anything is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed: Promise<RpcError | null>[] = [];
    for (const connection of this.#connections) {
      connection.close();
      closed.push(connection.closed);
    }
    // A peer waits for the other side's end.
    for (const raw of this.#raws) await raw.close();
    await deadline(Promise.all(closed), HANGS_AFTER);
    await this.#stack.disposeAsync();
    for (const connection of this.#connections) {
      const stats = connection.figures.stats();
      assertEquals({
        openSentRequests: stats.openSentRequests,
        openReceivedRequests: stats.openReceivedRequests,
        queuedBytes: stats.queuedBytes,
        inboxMessages: stats.inboxMessages,
        subscriptions: connection.streams.size,
      }, {
        openSentRequests: 0,
        openReceivedRequests: 0,
        queuedBytes: 0,
        inboxMessages: 0,
        subscriptions: 0,
      });
    }
  }

  /** Runs a test in a scene of its own, and ends it if it hangs. */
  static async run(
    transport: TransportUnderTest,
    fn: (scene: Scene) => void | Promise<void>,
  ): Promise<void> {
    await using scene = new Scene(transport);
    await deadline(Promise.try(fn, scene), HANGS_AFTER);
  }
}
