import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { PeerReadHandle } from "../peer/handles/peer_read_handle.ts";
import type { PeerWriteHandle } from "../peer/handles/peer_write_handle.ts";
import { checkHandlers } from "./server/check_handlers.ts";
import {
  clientPrototype,
  type InterfaceClient,
  makeClient,
} from "./client/interface_client.ts";
import type {
  MessageDeclarations,
  ResolvedDeclaration,
  ServiceDeclarations,
} from "./declare/declaration.ts";
import {
  definitionOf,
  type InterfaceDefinition,
} from "./declare/definition.ts";
import type { Format } from "./formats/format.ts";
import type { Handlers } from "./server/handlers.ts";
import { type TypedMessage, TypedMessages } from "./server/typed_messages.ts";
import type { InterfaceOptions } from "./messages/options.ts";
import { InterfaceCodec } from "./codecs/interface_codec.ts";
import { InvalidMessageReporter } from "./messages/invalid_message_reporter.ts";
import { TypedServer, type UntypedHandlers } from "./server/typed_server.ts";
import type { RequiredBody } from "./declare/body_types.ts";

/**
 * An interface that has been declared with `defineInterface`: makes clients and
 * servers of peers. It has no state of a connection, and can be used for many.
 *
 * @example The same interface in both directions
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 *
 * const Name = defineInterface({
 *   name: "Name",
 *   services: { name: { id: 1, response: body<string>() } },
 * });
 *
 * const [a, b] = MemoryTransport.pair();
 * await using left = Peer.spawn(a);
 * await using right = Peer.spawn(b);
 * const serving = [
 *   Name.serve(left, { name: () => "left" }),
 *   Name.serve(right, { name: () => "right" }),
 * ];
 * assertEquals(await Name.client(left).name(), "right");
 * assertEquals(await Name.client(right).name(), "left");
 * await left.close();
 * await Promise.all(serving);
 * ```
 */
export class Interface<
  S extends ServiceDeclarations,
  T extends MessageDeclarations,
> {
  readonly #declaration: ResolvedDeclaration<S, T>;
  // Weak: formats may be made for one connection.
  readonly #codecs = new WeakMap<Format, InterfaceCodec>();
  readonly #prototypes = new WeakMap<InterfaceCodec, object>();
  #definition: InterfaceDefinition | null = null;

  /** @internal Made by `defineInterface`. */
  constructor(declaration: ResolvedDeclaration<S, T>) {
    this.#declaration = declaration;
  }

  /** The name of the interface. */
  get name(): string {
    return this.#declaration.name;
  }

  /** The interface as plain data: names, ids, documentation and JSON Schemas. */
  get definition(): InterfaceDefinition {
    return this.#definition ??= definitionOf(this.#declaration);
  }

  /**
   * Makes a client of a peer: a method for each service and each stream message.
   * Anything else can be done with the peer meanwhile, such as serving.
   */
  client<B extends RequiredBody<S, T>, I>(
    peer: PeerHandle<B, I> | PeerWriteHandle<B, I>,
    options: InterfaceOptions<B> = {},
  ): InterfaceClient<S, T> {
    const codec = this.#codec(options.format);
    let prototype = this.#prototypes.get(codec);
    if (prototype === undefined) {
      prototype = clientPrototype(codec);
      this.#prototypes.set(codec, prototype);
    }
    const reporter = InvalidMessageReporter.of(peer, options);
    return makeClient(prototype, { peer, reporter }) as InterfaceClient<S, T>;
  }

  /**
   * Answers requests and takes stream messages with handlers, many at a time.
   * Resolves when the connection has ended, however it ended, and the handlers are
   * done. Errors go where those of `serve` of the peer go.
   *
   * @param handlers A function for each service and each stream message.
   * @throws {TypeError} If a handler is missing, or one is for nothing that the
   * interface has.
   */
  async serve<B extends RequiredBody<S, T>, I>(
    peer: PeerHandle<B, I> | PeerReadHandle<B, I>,
    handlers: Handlers<S, T>,
    options: InterfaceOptions<B> = {},
  ): Promise<void> {
    this.checkHandlers(handlers);
    const codec = this.#codec(options.format);
    const reporter = InvalidMessageReporter.of(peer, options);
    const untyped = handlers as unknown as UntypedHandlers;
    await new TypedServer(codec, untyped, reporter).run(peer);
  }

  /**
   * The requests and stream messages that arrive, for a loop that does with them
   * what it likes, in their order.
   */
  messages<B extends RequiredBody<S, T>, I>(
    peer: PeerHandle<B, I> | PeerReadHandle<B, I>,
    options: InterfaceOptions<B> = {},
  ): TypedMessages<S, T> {
    const reporter = InvalidMessageReporter.of(peer, options);
    return new TypedMessages(peer, this.#codec(options.format), reporter);
  }

  /** @internal Throws what `serve` rejects with for handlers. */
  checkHandlers(handlers: object): void {
    const { name, services, streams } = this.#declaration;
    const names = [...Object.keys(services), ...Object.keys(streams)];
    checkHandlers(name, handlers, names);
  }

  #codec(format: Format = this.#declaration.format): InterfaceCodec {
    let codec = this.#codecs.get(format);
    if (codec === undefined) {
      const { name, services, streams } = this.#declaration;
      codec = new InterfaceCodec(name, services, streams, format);
      this.#codecs.set(format, codec);
    }
    return codec;
  }
}

/** The client of an interface, as in `ClientOf<typeof Camera>`. */
export type ClientOf<I> = I extends Interface<infer S, infer T>
  ? InterfaceClient<S, T>
  : never;

/** The handlers of an interface, as in `HandlersOf<typeof Camera>`. */
export type HandlersOf<I> = I extends Interface<infer S, infer T>
  ? Handlers<S, T>
  : never;

/** What a server of an interface receives, as in `MessageOf<typeof Camera>`. */
export type MessageOf<I> = I extends Interface<infer S, infer T>
  ? TypedMessage<S, T>
  : never;
