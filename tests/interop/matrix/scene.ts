import { assert, assertEquals } from "@std/assert";
import {
  connect,
  type ConnectOptions,
  type Endian,
  listen,
  type Listener,
  type ListenOptions,
  type PeerOptions,
  type StreamBody,
} from "../../../mod.ts";
import { Connection } from "../../../peer/connection.ts";
import { PeerHandle } from "../../../peer/handles/peer_handle.ts";
import type { HandClock } from "../../support/hand_clock.ts";
import type { TestPeer } from "../../support/scene.ts";
import type { TestTransport } from "../../support/transport_under_test.ts";
import { NATIVE_PROGRAM } from "../support/native_program.ts";
import { Program } from "../support/program.ts";
import { serve } from "../support/services.ts";
import type { MatrixTransport } from "./transports.ts";
import { TempDir } from "../../support/files/temp_dir.ts";

/** What the crate says of every end of a connection, a clean one too (defect F). */
export const ENDED = "ended: connection aborted";

/** Limits for descriptors are for datagrams only, where addresses aren't known. */
interface FdLimits {
  maxFdsRead?: number;
  maxFdsWrite?: number;
}

/** Options of this side; `limit` is for the bodies of the native one. */
type ServerOptions = ListenOptions & FdLimits & { limit?: number };

/** What a cell works with; all that it makes ends with it. */
export class Scene implements AsyncDisposable {
  readonly transport: MatrixTransport;
  readonly endian: Endian;
  readonly #stack = new AsyncDisposableStack();
  #address = "";

  constructor(transport: MatrixTransport, endian: Endian) {
    this.transport = transport;
    this.endian = endian;
  }

  /** Starts a native server. */
  async nativeServer(role = "serve", limit?: number): Promise<Program> {
    const native = this.#native(role, await this.#newAddress(), limit);
    const line = await native.line();
    const listening = /^listening on (.+)$/.exec(line ?? "");
    assert(listening !== null, `the native server said ${line}`);
    this.#address = listening[1]!;
    return native;
  }

  /** Connects to the native server, and waits until it knows. */
  async connect(
    native: Program,
    options: ConnectOptions & FdLimits = {},
  ): Promise<TestPeer> {
    const peer: TestPeer = this.#stack.use(
      await connect(this.#address, this.#with(options)),
    );
    assertEquals(await native.line(), "accepted");
    return peer;
  }

  /** The same without a peer. */
  async open(native: Program): Promise<TestTransport> {
    const { transport, endian } = this;
    const opened = await transport.open(this.#address, { endian });
    this.#stack.defer(() => opened.close());
    assertEquals(await native.line(), "accepted");
    return opened;
  }

  /** A TypeScript client that is connected to a native server. */
  async toNative(
    options?: ConnectOptions & FdLimits,
  ): Promise<[TestPeer, Program]> {
    const native = await this.nativeServer();
    return [await this.connect(native, options), native];
  }

  /** The same with a clock that the test turns. */
  async connectWithClock(
    native: Program,
    clock: HandClock,
    options?: PeerOptions,
  ): Promise<TestPeer> {
    return this.#spawn(await this.open(native), clock, options);
  }

  /** Ends a connection to a native server, on which nothing went wrong. */
  async endToNative(peer: TestPeer, native: Program): Promise<void> {
    const { errors, openSentRequests, openReceivedRequests } = peer.stats();
    assertEquals([errors, openSentRequests, openReceivedRequests], [0, 0, 0]);
    await peer.close();
    assertEquals(await native.line(), ENDED);
    await native.hangUp();
    assertEquals(await native.end(), [[], 0]);
  }

  /** A TypeScript server that a native client has connected to. */
  async fromNative(
    role: string,
    options: ServerOptions = {},
  ): Promise<[TestPeer, Program]> {
    const { limit, ...rest } = options;
    const listener = await this.listen(rest);
    const native = this.nativeClient(role, limit);
    return [this.#stack.use(await listener.accept()), native];
  }

  /** The same with a clock that the test turns. */
  async fromNativeWithClock(
    role: string,
    clock: HandClock,
    options?: PeerOptions,
  ): Promise<[TestPeer, Program]> {
    const { transport, endian } = this;
    const acceptor = transport.listen(await this.#newAddress(), { endian });
    this.#stack.defer(() => acceptor.close());
    this.#listensOn(acceptor.addr as Deno.Addr);
    const native = this.nativeClient(role);
    return [this.#spawn(await acceptor.accept(), clock, options), native];
  }

  /** Listens for native clients. */
  async listen(
    options: ListenOptions & FdLimits = {},
  ): Promise<Listener<StreamBody, unknown>> {
    const listener: Listener<StreamBody, unknown> = this.#stack.use(
      listen(await this.#newAddress(), this.#with(options)),
    );
    this.#listensOn(listener.addr as Deno.Addr);
    return listener;
  }

  /** Starts a native client of what listens here. */
  nativeClient(role: string, limit?: number): Program {
    return this.#native(role, this.#address, limit);
  }

  /** Has a native client ask a TypeScript server, and expects what it prints. */
  async script(
    name: string,
    expected: readonly string[],
    options?: ServerOptions,
  ): Promise<void> {
    const [peer, native] = await this.fromNative(`ask:${name}`, options);
    await serve(peer);
    await this.endFromNative(peer, native, [...expected, "done"]);
  }

  /** Expects a native client to have ended, and nothing to have gone wrong. */
  async endFromNative(
    peer: TestPeer,
    native: Program,
    expected: readonly string[],
  ): Promise<void> {
    assertEquals(await native.end(), [[...expected, ENDED], 0]);
    await assertEndedWell(peer);
  }

  /** Ends a connection to a native client that does what it is told, on which nothing went wrong. */
  async endTold(peer: TestPeer, native: Program): Promise<void> {
    await peer.close();
    assertEquals(await native.end(), [[ENDED, "done"], 0]);
    await assertEndedWell(peer);
  }

  /** Connects to the native server with nothing but a byte stream. */
  async dial(native: Program): Promise<Deno.Conn> {
    assert(this.transport.raw, "there is no byte stream");
    const conn = this.#stack.use(await this.transport.raw.dial(this.#address));
    assertEquals(await native.line(), "accepted");
    return conn;
  }

  /** Takes a native client with nothing but a byte stream. */
  async answer(role: string): Promise<[Deno.Conn, Program]> {
    assert(this.transport.raw, "there is no byte stream");
    const listener = this.#stack.use(
      this.transport.raw.listen(await this.#newAddress()),
    );
    this.#listensOn(listener.addr);
    const native = this.#native(role, this.#address);
    return [this.#stack.use(await listener.accept()), native];
  }

  /** Makes a folder that lives as long as the scene. */
  folder(): Promise<string> {
    return Promise.resolve(this.#stack.use(new TempDir()).path);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  #spawn(
    transport: TestTransport,
    clock: HandClock,
    options?: PeerOptions,
  ): TestPeer {
    const connection = new Connection(transport, options, { clock });
    const peer: TestPeer = new PeerHandle(connection);
    connection.start();
    return this.#stack.use(peer);
  }

  #with<O extends object>(options: O): O & { endian: Endian } {
    return { endian: this.endian, ...this.transport.options, ...options };
  }

  #native(role: string, address: string, limit?: number): Program {
    const options = ["--endian", this.endian];
    if (limit !== undefined) options.push("--limit", String(limit));
    return this.#stack.use(
      new Program(NATIVE_PROGRAM, [role, address, ...options]),
    );
  }

  /** Only now the port is known. */
  #listensOn(addr: Deno.Addr): void {
    if (addr.transport === "tcp") {
      this.#address = `${addr.hostname}:${addr.port}`;
    }
  }

  async #newAddress(): Promise<string> {
    return this.#address = await this.transport.address(() => this.folder());
  }
}

async function assertEndedWell(peer: TestPeer): Promise<void> {
  assertEquals(await peer.closed, null);
  const { errors, openSentRequests, openReceivedRequests } = peer.stats();
  assertEquals([errors, openSentRequests, openReceivedRequests], [0, 0, 0]);
}
