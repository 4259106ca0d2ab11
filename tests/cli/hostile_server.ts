import type { InterfaceDefinition } from "../../interface/mod.ts";
import { MessageType } from "../../mod.ts";
import { reservedId, serviceId } from "../../protocol/service_id.ts";
import { TcpTransport } from "../../transports/tcp/tcp_transport.ts";
import { RawEnd } from "../support/raw_end.ts";

const { Request, Response, ResponderUpdate } = MessageType;

/** Sets the title of a terminal, clears it, turns text around, and begins a line of its own. */
export const HOSTILE =
  "\x1b]0;title\x07\x1b[2J\x9b2J\x7f\u061c\u200e\u200f\u202e\u2066\u2028\nfake";

/** A server that describes itself with that text, counts with it, and fails with it. */
export class HostileServer implements AsyncDisposable {
  readonly #acceptor = TcpTransport.listen("127.0.0.1:0");
  readonly #definition: InterfaceDefinition;
  readonly #running: Promise<void>;

  /** Listens; its names and texts are those of the definition with that text behind. */
  constructor(definition: InterfaceDefinition) {
    this.#definition = hostile(definition);
    this.#running = this.#run();
  }

  /** Where it is. */
  get address(): string {
    return `127.0.0.1:${this.#acceptor.addr.port}`;
  }

  /** What it says it has. */
  get definition(): InterfaceDefinition {
    return this.#definition;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#acceptor.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const connections: Promise<void>[] = [];
    for (;;) {
      const transport = await this.#acceptor.accept().catch(() => null);
      if (transport === null) break;
      connections.push(this.#answer(new RawEnd(transport)));
    }
    await Promise.all(connections);
  }

  async #answer(end: RawEnd): Promise<void> {
    const documents = new Map<number, unknown>([
      [reservedId.DESCRIBE, {
        name: `cell${HOSTILE}`,
        version: HOSTILE,
        interfaces: [this.#definition],
      }],
      [reservedId.STATS, { interfaces: [this.#stats()] }],
    ]);
    for (;;) {
      const [type, id, service] = await end.recvPlain() ?? [];
      if (type === undefined) break;
      if (type !== Request) continue;
      const document = documents.get(service!);
      if (document === undefined) {
        await end.send(Response, id!, serviceId.ERROR, `broken: ${HOSTILE}`);
        continue;
      }
      const text = JSON.stringify(document);
      await end.send(ResponderUpdate, id!, service!, text);
      await end.send(Response, id!, service!);
    }
    await end.close();
  }

  #stats() {
    const { name, services } = this.#definition;
    const durations = { bounds: [1], counts: [0, 0], sum: 0, max: 0 };
    return {
      ...{ name, connections: 1 },
      services: services.map(({ name, id }) => ({
        ...{ name, id, calls: 0, open: 0, errors: {}, durations },
      })),
    };
  }
}

function hostile(definition: InterfaceDefinition): InterfaceDefinition {
  const named = <T extends { readonly name: string; readonly doc: string }>(
    one: T,
  ): T => ({
    ...one,
    ...{ name: `${one.name}${HOSTILE}`, doc: `${one.doc}\tA${HOSTILE}` },
  });
  const { services, streams } = definition;
  return {
    ...named(definition),
    services: services.map(named),
    streams: streams.map(named),
  };
}
