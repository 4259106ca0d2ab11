/** How many connections a TLS listener takes before they are asked for, and errors of its socket. */
import { assertEquals, assertRejects } from "@std/assert";
import { tick } from "../../internal/event_loop.ts";
import { bindTcp } from "../../transports/sockets/open_socket.ts";
import { TlsTransport } from "../../transports/tls/tls_transport.ts";
import type { TlsAcceptor } from "../../transports/tls/tls_acceptor.ts";
import { eventLoopTurns } from "../support/event_loop_turns.ts";
import { HandClock } from "../support/hand_clock.ts";
import {
  PLACES,
  secureAcceptor,
  type SecureTransport,
  type TlsScene,
  tlsTest,
} from "./support.ts";

/** A listening socket, with its clients. */
class Scene implements AsyncDisposable {
  readonly #acceptor: TlsAcceptor<SecureTransport>;
  readonly #caCerts: string[];
  readonly #silent: Deno.TcpConn[] = [];
  readonly #open: { close(): Promise<void> | void }[] = [];

  private constructor(
    listener: Awaited<ReturnType<typeof bindTcp>>,
    { server, ca }: TlsScene,
  ) {
    this.#caCerts = [ca.cert];
    // By this clock no handshake gives way.
    this.#acceptor = secureAcceptor(listener, server, new HandClock());
  }

  static async make(scene: TlsScene, failures: Error[] = []): Promise<Scene> {
    const listener = await bindTcp({ hostname: "127.0.0.1", port: 0 });
    const accept = listener.accept.bind(listener);
    // The first ones fail.
    listener.accept = () => {
      const failure = failures.shift();
      return failure === undefined ? accept() : Promise.reject(failure);
    };
    return new Scene(listener, scene);
  }

  /** A client that begins no handshake. */
  async comeSilently(): Promise<void> {
    const { port } = this.#acceptor.addr;
    this.#silent.push(await Deno.connect({ port }));
  }

  /** A client; resolves when its handshake is done. */
  async come(): Promise<void> {
    const { addr } = this.#acceptor;
    const options = { caCerts: this.#caCerts };
    this.#open.push(await TlsTransport.connect(addr, options));
  }

  /** Asks for one. */
  async accept(): Promise<void> {
    this.#open.push(await this.#acceptor.accept());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const conn of this.#silent) conn.close();
    for (const transport of this.#open) await transport.close();
    await this.#acceptor.close();
  }
}

tlsTest(
  "a place that is left is taken, although nobody asks",
  async (scene) => {
    await using server = await Scene.make(scene);
    const accepting = server.accept();
    for (let i = 1; i < PLACES; i++) await server.comeSilently();
    const last = server.come();
    // All places are taken now, and then one is left.
    await Promise.all([accepting, last]);
    await server.come();
  },
);

tlsTest("one that is taken leaves its place", async (scene) => {
  await using server = await Scene.make(scene);
  for (let i = 0; i < PLACES; i++) await server.come();
  // The end of the last handshake gets to this side, too.
  await eventLoopTurns(20);
  await tick();
  const late = server.come();
  await server.accept();
  await late;
});

tlsTest(
  "an error of the socket goes to whoever asks, and the next ones go on",
  async (scene) => {
    const errors = [new Error("no descriptors"), new Error("no memory")];
    await using server = await Scene.make(scene, [...errors]);
    for (const error of errors) {
      assertEquals(await assertRejects(() => server.accept()), error);
    }
    await Promise.all([server.accept(), server.come()]);
  },
);
