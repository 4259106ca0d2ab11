import type { Body } from "../protocol/body.ts";
import type {
  ClientInterceptor,
  ServerInterceptor,
} from "./intercept/typed_calls.ts";
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
import {
  Implementation,
  type ImplementOptions,
} from "./server/implementation.ts";
import { serve } from "./server/serve.ts";
import { type TypedMessage, TypedMessages } from "./server/typed_messages.ts";
import type { ClientOptions } from "./client/client_options.ts";
import type { InterfaceOptions } from "./messages/options.ts";
import { checkedInterceptors } from "./intercept/run_interceptors.ts";
import { InterfaceCodec } from "./codecs/interface_codec.ts";
import { InvalidMessageReporter } from "./messages/invalid_message_reporter.ts";
import type { UntypedHandlers } from "./server/untyped_handlers.ts";
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
   *
   * @throws {TypeError} If `intercept` isn't a list of functions.
   */
  client<B extends RequiredBody<S, T>, I>(
    peer: PeerHandle<B, I> | PeerWriteHandle<B, I>,
    options: ClientOptions<S, B, NoInfer<I>> = {},
  ): InterfaceClient<S, T> {
    const codec = this.#codec(options.format);
    let prototype = this.#prototypes.get(codec);
    if (prototype === undefined) {
      prototype = clientPrototype(codec);
      this.#prototypes.set(codec, prototype);
    }
    const reporter = InvalidMessageReporter.of(peer, options);
    const interceptors = checkedInterceptors(options.intercept);
    const state = { peer, reporter, interceptors };
    return makeClient(prototype, state) as InterfaceClient<S, T>;
  }

  /**
   * Answers requests and takes stream messages with handlers, many at a time.
   * Resolves when the connection has ended, however it ended, and the handlers are
   * done. Errors go where those of `serve` of the peer go. It is short for `serve`
   * of `./interface` with what `implement` gives.
   *
   * @param handlers A function for each service and each stream message; see
   * `implement`.
   * @throws {TypeError} If a handler is missing, or a plain object has one for
   * nothing that the interface has; if something else takes the messages of the
   * peer, as it does where another interface is served by itself.
   */
  async serve<B extends RequiredBody<S, T>, I>(
    peer: PeerHandle<B, I> | PeerReadHandle<B, I>,
    handlers: Handlers<S, T, NoInfer<I>>,
    options: InterfaceOptions<B> & ImplementOptions<S, T, NoInfer<I>> = {},
  ): Promise<void> {
    const { onInvalid } = options;
    await serve(peer, this.implement<I>(handlers, options), { onInvalid });
  }

  /**
   * Puts handlers to the interface, for `serve` of `./interface`, which serves
   * several interfaces on one connection.
   *
   * @param handlers A function for each service and each stream message: those of
   * a plain object, or the methods of an object of a class, which is `this` in
   * them. In a plain object a function with another name is refused; a class may
   * have other members.
   * @throws {TypeError} If a handler is missing, or a plain object has one for
   * nothing that the interface has, or `intercept` isn't a list of functions.
   *
   * @example The methods of an object with a state
   * ```ts
   * import { assertEquals } from "jsr:@std/assert";
   * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
   * import { body, defineInterface, serve } from "jsr:@fizyr/rpc/interface";
   *
   * const Counter = defineInterface({
   *   name: "Counter",
   *   services: { next: { id: 1, response: body<number>() } },
   * });
   *
   * class CountingHandlers {
   *   #count = 0;
   *   next(): number {
   *     return ++this.#count;
   *   }
   * }
   *
   * const [a, b] = MemoryTransport.pair();
   * await using server = Peer.spawn(a);
   * await using peer = Peer.spawn(b);
   * const serving = serve(server, Counter.implement(new CountingHandlers()));
   * const counter = Counter.client(peer);
   * assertEquals([await counter.next(), await counter.next()], [1, 2]);
   * await peer.close();
   * await serving;
   * ```
   */
  implement<I = unknown>(
    handlers: Handlers<S, T, I>,
    options: ImplementOptions<S, T, NoInfer<I>> = {},
  ): Implementation<RequiredBody<S, T>, I> {
    const { name, services } = this.#declaration;
    const codec = this.#codec(options.format);
    const names = [...Object.keys(services), ...codec.streams.byName.keys()];
    checkHandlers(name, handlers, names);
    return new Implementation(name, {
      codec,
      handlers: handlers as unknown as UntypedHandlers,
      interceptors: checkedInterceptors(options.intercept),
    });
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

/**
 * The handlers of an interface, as in `HandlersOf<typeof Camera>`. `Info` is what
 * they know of a connection, as in `HandlersOf<typeof Camera, UnixStreamInfo>`.
 */
export type HandlersOf<I, Info = unknown> = I extends
  Interface<infer S, infer T> ? Handlers<S, T, Info> : never;

/** An interceptor of its clients, as in `ClientInterceptorOf<typeof Camera>`. */
export type ClientInterceptorOf<
  I,
  B extends Body = Body,
  Info = unknown,
> = I extends Interface<infer S, infer _T> ? ClientInterceptor<S, B, Info>
  : never;

/** An interceptor of its servers, as in `ServerInterceptorOf<typeof Camera>`. */
export type ServerInterceptorOf<I, Info = unknown> = I extends
  Interface<infer S, infer T> ? ServerInterceptor<S, RequiredBody<S, T>, Info>
  : never;

/** What a server of an interface receives, as in `MessageOf<typeof Camera>`. */
export type MessageOf<I> = I extends Interface<infer S, infer T>
  ? TypedMessage<S, T>
  : never;
