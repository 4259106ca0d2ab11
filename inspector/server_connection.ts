import { errorText, isInstance } from "../internal/errors.ts";
import type { InterfaceDefinition } from "../interface/declare/definition.ts";
import {
  type DynamicInterface,
  fromDefinition,
} from "../interface/dynamic/from_definition.ts";
import { describe } from "../interface/introspect/describe.ts";
import type { ServerStats } from "../interface/introspect/interface_stats.ts";
import { serverStats } from "../interface/introspect/server_stats.ts";
import type { ServerDescription } from "../interface/introspect/server_description.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import { RpcError } from "../protocol/error.ts";
import type { Body } from "../protocol/body.ts";
import type { ConnectToServer } from "./inspector_options.ts";

/** How long a server has to tell of itself, in milliseconds. */
const TIMEOUT = 2000;

/** A client of an interface that is known only when the program runs. */
export type AnyClient = ReturnType<DynamicInterface["client"]>;

/** A connection to the server, and what it offers. */
interface Connected {
  readonly peer: PeerHandle<Body, unknown>;
  readonly description: ServerDescription;
  /** Why it isn't known what it offers; null if it is. */
  readonly problem: string | null;
  readonly clients: Map<string, AnyClient>;
}

/** The inspector's connection to the server: made when it is needed, and again when it has ended. */
export class ServerConnection implements AsyncDisposable {
  readonly #connect: ConnectToServer;
  readonly #given: readonly InterfaceDefinition[] | undefined;
  #connected: Promise<Connected> | null = null;
  #closed = false;

  /**
   * Makes no connection yet.
   *
   * @param given The interfaces, where the server isn't asked.
   */
  constructor(
    connect: ConnectToServer,
    given: readonly InterfaceDefinition[] | undefined,
  ) {
    this.#connect = connect;
    this.#given = given;
  }

  /** What the server offers, and why that isn't known. */
  async describe(): Promise<
    ServerDescription & { readonly problem: string | null }
  > {
    try {
      const { description, problem } = await this.#get();
      return { ...description, problem };
    } catch (error) {
      const interfaces = this.#given ?? [];
      return { interfaces, problem: `No connection: ${errorText(error)}` };
    }
  }

  /**
   * What the server has counted.
   *
   * @throws {Error} If it doesn't tell, or there is no connection.
   */
  async stats(): Promise<ServerStats> {
    const { peer } = await this.#get();
    return await serverStats(peer, { timeout: TIMEOUT, hidden: true });
  }

  /**
   * A client of an interface.
   *
   * @throws {RangeError} If the server has no interface of that name.
   * @throws {Error} If there is no connection.
   */
  async client(
    name: string,
  ): Promise<
    { readonly client: AnyClient; readonly definition: InterfaceDefinition }
  > {
    const { peer, description, clients } = await this.#get();
    const definition = description.interfaces.find((one) => one.name === name);
    if (definition === undefined) {
      throw new RangeError(`The server has no interface ${name}`);
    }
    let client = clients.get(name);
    if (client === undefined) {
      client = fromDefinition(definition).client(peer);
      clients.set(name, client);
    }
    return { client, definition };
  }

  #get(): Promise<Connected> {
    if (this.#closed) {
      return Promise.reject(new TypeError("The inspector is closed"));
    }
    return this.#connected ??= this.#open();
  }

  async #open(): Promise<Connected> {
    try {
      const peer: PeerHandle<Body, unknown> = await this.#connect();
      const forget = (): void => {
        this.#connected = null;
      };
      peer.closed.then(forget);
      return { peer, clients: new Map(), ...await this.#ask(peer) };
    } catch (error) {
      // The next one who needs it tries again.
      this.#connected = null;
      throw error;
    }
  }

  async #ask(
    peer: PeerHandle<Body, unknown>,
  ): Promise<Pick<Connected, "description" | "problem">> {
    if (this.#given !== undefined) {
      return { description: { interfaces: this.#given }, problem: null };
    }
    try {
      const asked = await describe(peer, { timeout: TIMEOUT, hidden: true });
      // What describes itself is a peer of this library, which knows cancels.
      const interfaces = asked.interfaces.map((definition) => ({
        ...definition,
        extensions: true,
      }));
      return { description: { ...asked, interfaces }, problem: null };
    } catch (error) {
      if (!isInstance(error, RpcError) || error.fatal) throw error;
      return { description: { interfaces: [] }, problem: errorText(error) };
    }
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const connected = await this.#connected?.catch(() => null);
    await connected?.peer.close();
  }
}
