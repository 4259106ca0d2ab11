import type { Body } from "../protocol/body.ts";
import type {
  ClientInterceptor,
  ServerInterceptor,
} from "./intercept/typed_calls.ts";
import type { Caller } from "../peer/handles/caller.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { PeerReadHandle } from "../peer/handles/peer_read_handle.ts";
import type { PeerWriteHandle } from "../peer/handles/peer_write_handle.ts";
import { checkHandlers } from "./server/check_handlers.ts";
import {
  clientPrototype,
  type InterfaceClient,
  makeClient,
} from "./client/interface_client.ts";
import { checkFormat } from "./declare/check_declaration.ts";
import type {
  ErrorDeclarations,
  ResolvedDeclaration,
  ServiceDeclarations,
  StreamDeclarations,
} from "./declare/declaration.ts";
import {
  definitionOf,
  type InterfaceDefinition,
} from "./declare/definition.ts";
import { DeclaredErrors } from "./errors/declared_errors.ts";
import type { InterfaceErrors } from "./errors/error_types.ts";
import type { Format } from "./formats/format.ts";
import type { Handlers } from "./server/handlers.ts";
import {
  Implementation,
  type ImplementOptions,
} from "./server/implementation.ts";
import { serve, type ServeOptions } from "./server/serve.ts";
import { type TypedMessage, TypedMessages } from "./server/typed_messages.ts";
import type { ClientOptions } from "./client/client_options.ts";
import type { InterfaceOptions } from "./messages/options.ts";
import { checkedInterceptors } from "./intercept/run_interceptors.ts";
import { InterfaceCodec } from "./codecs/interface_codec.ts";
import {
  InterfaceStream,
  type InterfaceStreams,
} from "./streams/interface_stream.ts";
import { declareStreams } from "./streams/declare_streams.ts";
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
  T extends StreamDeclarations,
  E extends ErrorDeclarations = Record<never, never>,
> {
  readonly #declaration: ResolvedDeclaration<S, T, E>;
  // Weak: formats may be made for one connection.
  readonly #codecs = new WeakMap<Format, InterfaceCodec>();
  readonly #prototypes = new WeakMap<InterfaceCodec, object>();
  readonly #errors: DeclaredErrors;
  #definition: InterfaceDefinition | null = null;
  #streams: InterfaceStreams<T> | null = null;

  /** @internal Made by `defineInterface`. */
  constructor(declaration: ResolvedDeclaration<S, T, E>) {
    this.#declaration = declaration;
    const { name, services, errors } = declaration;
    this.#errors = new DeclaredErrors(name, services, errors);
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
   * The classes of the declared errors: those of the interface by name, as in
   * `Camera.errors.busy`, and those of a service below its name, as in
   * `Camera.errors.record.dark`. A handler throws one that it makes with `new`; what a
   * client rejects with is an instance of it. See {@linkcode DeclaredError}.
   *
   * @example An error of a service
   * ```ts
   * import { assertRejects } from "jsr:@std/assert";
   * import { defineInterface } from "jsr:@fizyr/rpc/interface";
   * import { inMemory } from "jsr:@fizyr/rpc/interface/testing";
   *
   * const Camera = defineInterface({
   *   name: "Camera",
   *   services: { record: { id: 1, errors: { dark: { doc: "There is no light." } } } },
   * });
   *
   * await using test = inMemory(Camera, {
   *   record: () => {
   *     throw new Camera.errors.record.dark();
   *   },
   * });
   * await assertRejects(() => test.client.record(), Camera.errors.record.dark);
   * ```
   */
  get errors(): InterfaceErrors<S, E> {
    return this.#errors.classes as InterfaceErrors<S, E>;
  }

  /**
   * The streams by name: what a server sends its own with, and what a
   * {@linkcode Broadcast} is made of.
   *
   * @example A server that sends to one client
   * ```ts
   * import { assertEquals } from "jsr:@std/assert";
   * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
   * import { inMemory } from "jsr:@fizyr/rpc/interface/testing";
   *
   * const Robot = defineInterface({
   *   name: "Robot",
   *   streams: { joints: { id: 1, from: "server", body: body<number[]>() } },
   * });
   *
   * await using test = inMemory(Robot, {});
   * const joints = test.client.joints();
   * await Robot.streams.joints.send(test.server, [0.5, 1]);
   * assertEquals((await joints.next()).value, [0.5, 1]);
   * ```
   */
  get streams(): InterfaceStreams<T> {
    return this.#streams ??= this.#makeStreams();
  }

  /**
   * Makes a client of a peer: a method for each service and each stream message.
   * Anything else can be done with the peer meanwhile, such as serving. A link of
   * `./reconnect` is taken as a peer is.
   *
   * From now on, messages of the server's streams that nobody subscribes to are
   * dropped and counted.
   *
   * @throws {TypeError} If `intercept` isn't a list of functions, `format` no format or
   * `onInvalid` no function; if one of these streams has the id of another one that
   * this connection receives, by another client or a server.
   */
  client<B extends RequiredBody<S, T>, I>(
    peer: PeerHandle<B, I> | PeerWriteHandle<B, I> | Caller<B, I>,
    options: ClientOptions<S, B, NoInfer<I>> = {},
  ): InterfaceClient<S, T> {
    const codec = this.codec(options.format);
    const interceptors = checkedInterceptors(options.intercept);
    const reporter = InvalidMessageReporter.of(peer, options);
    declareStreams(peer, [codec.serverStreams], "subscribed");
    let prototype = this.#prototypes.get(codec);
    if (prototype === undefined) {
      prototype = clientPrototype(codec);
      this.#prototypes.set(codec, prototype);
    }
    const state = { peer, reporter, interceptors };
    return makeClient(prototype, state) as InterfaceClient<S, T>;
  }

  /**
   * Answers requests and takes stream messages with handlers, many at a time.
   * Resolves when the connection has ended, however it ended, and the handlers are
   * done. Errors go where those of `serve` of the peer go. It is short for `serve`
   * of `./interface` with what `implement` gives.
   *
   * @param handlers A function for each service and each stream message of the
   * client; see `implement`.
   * @throws {TypeError} If a handler is missing, or a plain object has one for
   * nothing that the interface has; for an option of a wrong type; if a stream has the
   * id of another one that this connection receives; if something else takes the
   * messages of the peer, as it does where another interface is served by itself.
   */
  async serve<B extends RequiredBody<S, T>, I>(
    peer: PeerHandle<B, I> | PeerReadHandle<B, I>,
    handlers: NoInfer<Handlers<S, T, I>>,
    options: InterfaceServeOptions<S, T, B, NoInfer<I>> = {},
  ): Promise<void> {
    const { onInvalid, describe, stats } = options;
    const implementation = this.implement<I>(handlers, options);
    await serve(peer, implementation, { onInvalid, describe, stats });
  }

  /**
   * Makes an implementation from handlers, for `serve` of `./interface`, which serves
   * several interfaces on one connection.
   *
   * @param handlers A function for each service and each stream message of the
   * client: those of a plain object, or the methods of an object of a class, which
   * is `this` in them. In a plain object a function with another name is refused; a
   * class may have other members.
   * @throws {TypeError} If a handler is missing, or a plain object has one for
   * nothing that the interface has; if `intercept` isn't a list of functions, or
   * `format` no format.
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
    const { name, services, format } = this.#declaration;
    const codec = this.codec(options.format);
    const formatName = (options.format ?? format).name;
    const names = [...Object.keys(services), ...codec.streams.byName.keys()];
    checkHandlers(name, handlers, names);
    return new Implementation(name, {
      codec,
      handlers: handlers as unknown as UntypedHandlers,
      interceptors: checkedInterceptors(options.intercept),
      counters: null,
    }, () => ({ ...this.definition, format: formatName }));
  }

  /**
   * The requests and stream messages that arrive, for a loop that takes them one by
   * one, in their order. From now on the ids of the stream messages belong to this
   * interface, until the connection ends.
   *
   * @throws {TypeError} If `format` is no format, or `onInvalid` no function; if a
   * stream of the client has the id of another one that this connection receives.
   */
  messages<B extends RequiredBody<S, T>, I>(
    peer: PeerHandle<B, I> | PeerReadHandle<B, I>,
    options: InterfaceOptions<B> = {},
  ): TypedMessages<S, T> {
    const reporter = InvalidMessageReporter.of(peer, options);
    const codec = this.codec(options.format);
    declareStreams(peer, [codec.streams], "served");
    return new TypedMessages(peer, codec, reporter);
  }

  #makeStreams(): InterfaceStreams<T> {
    const made: Record<string, unknown> = Object.create(null);
    const streams: StreamDeclarations = this.#declaration.streams;
    for (const [name, { from = "client" }] of Object.entries(streams)) {
      made[name] = new InterfaceStream(
        from,
        (format) => this.codec(format).stream(name),
      );
    }
    return Object.freeze(made) as InterfaceStreams<T>;
  }

  /**
   * @internal How its bodies are made and read, in a format.
   *
   * @throws {TypeError} If it is no format.
   */
  codec(format: Format = this.#declaration.format): InterfaceCodec {
    let codec = this.#codecs.get(format);
    if (codec === undefined) {
      const { name, services, streams, extensions } = this.#declaration;
      checkFormat(name, format);
      codec = new InterfaceCodec(name, services, streams, format, {
        extensions,
        errors: this.#errors,
      });
      this.#codecs.set(format, codec);
    }
    return codec;
  }
}

/** The options of `serve` of an interface. */
export type InterfaceServeOptions<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
  B extends Body,
  I,
> =
  & InterfaceOptions<B>
  & ImplementOptions<S, T, I>
  & Pick<ServeOptions<B, I>, "describe" | "stats">;

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
