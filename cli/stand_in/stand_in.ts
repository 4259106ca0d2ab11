import { setTimeout as sleep } from "node:timers/promises";
import type {
  InterfaceDefinition,
  MessageDefinition,
} from "../../interface/declare/definition.ts";
import { fromDefinition } from "../../interface/dynamic/from_definition.ts";
import type { Implementation } from "../../interface/server/implementation.ts";
import type { HandlerRequest } from "../../interface/server/handlers.ts";
import type { ServiceDeclaration } from "../../interface/declare/declaration.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import type { Body } from "../../protocol/body.ts";
import type { Replies, Reply } from "./replies.ts";

/** Something that came. */
export type Received = Readonly<Record<string, unknown>>;

/** What a stand-in works with. */
export interface StandInOptions {
  /** What it answers. */
  readonly replies: Replies;
  /** How long it waits before a response, in milliseconds. */
  readonly delay: number;
  /** Is told of all that comes. */
  readonly onReceived: (received: Received) => void;
}

type Request = HandlerRequest<ServiceDeclaration, Body>;

/** A server that answers what it is told to, in the place of the real one. */
export class StandIn {
  readonly #options: StandInOptions;
  /** The same handle comes with all messages of a connection. */
  readonly #connections = new WeakMap<PeerWriteHandle<Body, unknown>, number>();
  #connected = 0;

  /** Makes one. */
  constructor(options: StandInOptions) {
    this.#options = options;
  }

  /** The implementation of an interface. */
  implement(definition: InterfaceDefinition): Implementation {
    const { name: owner, services, streams } = definition;
    const answers = services.map(({ name }) => [
      name,
      (body: unknown, request: Request) =>
        this.#answer(`${owner}.${name}`, body, request),
    ]);
    const takers = streams.filter(({ from }) => from === "client").map((
      { name }: MessageDefinition,
    ) => [
      name,
      (body: unknown, { peer }: Pick<Request, "peer">) =>
        this.#tell(peer, { stream: `${owner}.${name}`, body }),
    ]);
    const handlers = Object.fromEntries([...answers, ...takers]);
    return fromDefinition(definition).implement(handlers);
  }

  async #answer(
    name: string,
    body: unknown,
    request: Request,
  ): Promise<unknown> {
    const { replies, delay } = this.#options;
    const { peer, requestId: id, metadata, signal } = request;
    const sent = Object.keys(metadata).length > 0 ? { metadata } : {};
    this.#tell(peer, { request: name, id, body, ...sent });
    const answered = new AbortController();
    signal.addEventListener(
      "abort",
      () => this.#tell(peer, { canceled: name, id }),
      { signal: answered.signal },
    );
    const updates = this.#takeUpdates(name, request);
    try {
      const { updates, response } = replies.get(name)!;
      for (const update of updates) await sendUpdate(request, update);
      if (delay > 0) await sleep(delay, undefined, { signal });
      if ("missing" in response) throw new Error(response.missing);
      return response.value;
    } finally {
      answered.abort();
      // They end with the answer, which is behind this.
      updates.catch(() => {});
    }
  }

  async #takeUpdates(request: string, received: Request): Promise<void> {
    const { peer, requestId: id } = received;
    for await (const { name, body } of received.updates()) {
      this.#tell(peer, { update: `${request}.${name}`, id, body });
    }
  }

  #tell(peer: PeerWriteHandle<Body, unknown>, received: Received): void {
    let connection = this.#connections.get(peer);
    if (connection === undefined) {
      connection = ++this.#connected;
      this.#connections.set(peer, connection);
    }
    const { body, ...rest } = received;
    const { onReceived } = this.#options;
    onReceived(
      "body" in received
        ? { ...rest, connection, body: body ?? null }
        : { ...rest, connection },
    );
  }
}

async function sendUpdate(
  { send }: Request,
  { name, value }: Reply["updates"][number],
): Promise<void> {
  const methods = send as unknown as Readonly<
    Record<string, (...args: unknown[]) => Promise<void>>
  >;
  await methods[name]!(...value === undefined ? [] : [value]);
}
