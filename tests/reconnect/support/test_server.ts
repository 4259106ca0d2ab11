import { assertEquals } from "@std/assert";
import type { PeerHandle, PeerOptions, ServeHandlers } from "../../../mod.ts";
import { immediate, tick } from "../../../internal/event_loop.ts";
import { Connection } from "../../../peer/connection.ts";
import { PeerHandle as Handle } from "../../../peer/handles/peer_handle.ts";
import type { StreamBody } from "../../../protocol/body.ts";
import { FramedTransport } from "../../../transports/framed/framed_transport.ts";
import type { ByteIo } from "../../../transports/framed/byte_io.ts";
import type { HandClock } from "../../support/hand_clock.ts";
import { GatedIo } from "./gated_io.ts";

/** What a test knows of a connection. */
export interface ServerConnection {
  readonly io: GatedIo;
  readonly peer: PeerHandle;
  readonly client: Connection<StreamBody, string>;
  readonly server: Connection<StreamBody, string>;
}

class TestTransport extends FramedTransport<string> {
  constructor(io: ByteIo, info: string) {
    super(io, info, {});
  }
}

/** Called with each new connection of a server; by default it is served. */
type OnConnect = (peer: PeerHandle) => unknown;

/** A server in memory, that goes up and down as a test wants it, by its clock. */
export class TestServer implements AsyncDisposable {
  readonly clock: HandClock;
  readonly name: string;
  /** Whether it can be connected to. */
  up = true;
  /** Whether what connects to it gets no answer at all. */
  silent = false;
  /** How often somebody tried to connect. */
  attempts = 0;
  /** The connections so far. */
  readonly connections: ServerConnection[] = [];
  /** The options of both ends. */
  options: PeerOptions = { extensions: true, onError: () => {} };
  onConnect: OnConnect;
  #arrived = Promise.withResolvers<void>();

  constructor(
    clock: HandClock,
    serve: ServeHandlers | OnConnect,
    name = "server",
  ) {
    this.clock = clock;
    this.name = name;
    this.onConnect = typeof serve === "function"
      ? serve
      : (peer) => peer.serve(serve);
  }

  /** The newest connection. */
  get newest(): ServerConnection {
    return this.connections.at(-1)!;
  }

  /** Makes a connection to it. */
  connect(): PeerHandle<StreamBody, string> {
    this.attempts++;
    if (!this.up) throw new Deno.errors.ConnectionRefused(this.name);
    const { clock, options } = this;
    const [io, gated] = GatedIo.pair();
    if (this.silent) gated.freeze();
    const client = new Connection<StreamBody, string>(
      new TestTransport(io, this.name),
      options,
      { clock },
    );
    const server = new Connection<StreamBody, string>(
      new TestTransport(gated, this.name),
      options,
      { clock },
    );
    const peer = new Handle(server);
    client.start();
    server.start();
    this.connections.push({ io: gated, peer, client, server });
    this.onConnect(peer);
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
    return new Handle(client);
  }

  /** Resolves at the next connection. */
  connected(): Promise<void> {
    return this.#arrived.promise;
  }

  /** Its process is killed. */
  kill(): void {
    this.up = false;
    for (const { io } of this.connections) io.close();
  }

  /** Its process is stopped. */
  freeze(): void {
    this.silent = true;
    for (const { io } of this.connections) io.freeze();
  }

  /** It takes what is sent, and says no more. */
  mute(): void {
    for (const { io } of this.connections) io.mute();
  }

  /** It ends, and doesn't wait for what is open. */
  close(): void {
    this.up = false;
    for (const { peer } of this.connections) void peer.close();
  }

  /** It ends in good order. */
  drain(): void {
    this.up = false;
    for (const { peer } of this.connections) peer.drain();
  }

  /** It is there again. */
  start(): void {
    this.up = true;
    this.silent = false;
    for (const { io } of this.connections) io.thaw();
  }

  /** Ends it, and checks that no connection to it has left anything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    for (const { client, server } of this.connections) {
      await Promise.all([client.close(), server.close()]);
      for (const connection of [client, server]) {
        const { openSentRequests, openReceivedRequests, queuedBytes } =
          connection.figures.stats();
        assertEquals(
          [openSentRequests, openReceivedRequests, queuedBytes],
          [0, 0, 0],
        );
        assertEquals(connection.streams.size, 0);
      }
    }
  }
}

/** Lets all that can happen without time passing happen. */
export async function settle(turns = 6): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await immediate();
  // A heartbeat lets the event loop turn before it judges.
  await tick();
  await immediate();
}
