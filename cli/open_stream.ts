import type { StreamDefinition } from "../interface/declare/definition.ts";
import { fromDefinition } from "../interface/dynamic/from_definition.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { Body } from "../protocol/body.ts";
import type { CliIo } from "./cli_io.ts";
import { dropDescriptors } from "./drop_descriptors.ts";
import type { SourceOptions } from "./interface_source.ts";
import { servedStream } from "./served_item.ts";
import { bodyValue } from "./request_body.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A stream on a connection: one that this side sends, or one that it receives. */
export interface OpenStream {
  /** What it is called. */
  readonly name: string;
  /** Whether its messages have no body. */
  readonly isNothing: boolean;
  /** What comes; null if this side sends. */
  readonly messages: AsyncIterable<unknown> | null;
  /** Sends a message; `where` says where its body was read. */
  send(body: Bytes | null, where?: string): Promise<void>;
}

/** What a client of a definition has for a stream, whatever its direction. */
type UntypedMethod = (...args: unknown[]) => unknown;

/** Opens a stream by its name. */
export async function namedStream(
  peer: PeerHandle<Body, unknown>,
  name: string,
  options: SourceOptions,
  io: CliIo,
): Promise<OpenStream> {
  const { definition, item, fullName: what } = await servedStream(
    peer,
    name,
    options,
    io,
  );
  const client = fromDefinition(definition).client(peer);
  const method = client[item.name] as unknown as UntypedMethod;
  const { signal } = io;
  const isNothing = item.body.kind === "nothing";
  return {
    name: what,
    isNothing,
    messages: item.from === "server"
      ? plainBodies(method({ signal }) as AsyncIterable<unknown>, item, io)
      : null,
    async send(body, where) {
      const place = where === undefined ? what : `${what}, ${where}`;
      const value = bodyValue(place, item.body, body, definition.format);
      await method(...isNothing ? [] : [value], { signal });
    },
  };
}

async function* plainBodies(
  bodies: AsyncIterable<unknown>,
  { body: { kind } }: StreamDefinition,
  io: CliIo,
): AsyncIterable<unknown> {
  for await (const body of bodies) {
    yield kind === "peer" ? bytesOf(body as Body, io) : body;
  }
}

/** What is sent with an id, as bytes. */
export function rawSender(
  peer: PeerHandle<Body, unknown>,
  id: number,
  { signal }: CliIo,
): OpenStream {
  return {
    ...{ name: `Stream ${id}`, isNothing: false, messages: null },
    send: (body) => peer.sendStream(id, body ?? new Uint8Array(), { signal }),
  };
}

/** What comes with an id, as bytes. */
export function rawReceiver(
  peer: PeerHandle<Body, unknown>,
  id: number,
  io: CliIo,
): OpenStream {
  const { signal } = io;
  const subscription = peer.subscribe(id, { signal });
  return {
    ...{ name: `Stream ${id}`, isNothing: false },
    messages: rawBodies(subscription, io),
    send: () => Promise.reject(new TypeError("It is received")),
  };
}

async function* rawBodies(
  messages: AsyncIterable<{ readonly body: Body }>,
  io: CliIo,
): AsyncIterable<Uint8Array> {
  for await (const { body } of messages) yield bytesOf(body, io);
}

/** The bytes of a body, whose descriptors nobody takes. */
function bytesOf(body: Body, io: CliIo): Uint8Array {
  dropDescriptors(body, io);
  return body.data;
}
