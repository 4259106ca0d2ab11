import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { RequestOptions } from "../../peer/requests/request_options.ts";
import type { Body } from "../../protocol/body.ts";
import { reservedId } from "../../protocol/service_id.ts";
import { TypedSentRequest } from "../../interface/client/typed_sent_request.ts";
import type { ServiceDeclaration } from "../../interface/declare/declaration.ts";
import type { BodyDefinition } from "../../interface/declare/definition.ts";
import { fromDefinition } from "../../interface/dynamic/from_definition.ts";
import { MAX_PING_LEN } from "../../peer/liveness/pinger.ts";
import type { CliIo } from "../cli_io.ts";
import { usageError } from "../exit_code.ts";
import type { SourceOptions } from "../interface_source.ts";
import { servedService } from "../served_item.ts";
import { bodyValue } from "../request_body.ts";
import { sampleBody } from "../stand_in/sample_body.ts";
import { NoSampleError } from "../stand_in/sample_value.ts";

/** What is called again and again. */
export interface BenchOptions extends SourceOptions {
  /** The service id, where there is no interface. */
  readonly raw?: number;
  /** How long a body is that is made here, in bytes. */
  readonly size: number;
}

/** Makes a call, and resolves with its response. */
export type BenchCall = (signal: AbortSignal) => Promise<void>;

/** What is called, with its name. */
export interface NamedBenchCall {
  readonly name: string;
  readonly call: BenchCall;
}

/**
 * The call that is measured: a service by name or id, else the ping of the library.
 *
 * @throws {CliError} If no body is given and none can be made.
 */
export async function benchCall(
  peer: PeerHandle<Body, unknown>,
  { name, body }: {
    readonly name: string | undefined;
    readonly body: Uint8Array<ArrayBuffer> | null;
  },
  options: BenchOptions,
  io: CliIo,
): Promise<NamedBenchCall> {
  const { raw, size } = options;
  if (raw !== undefined) {
    return rawCall(peer, raw, body ?? new Uint8Array(size));
  }
  if (name !== undefined) {
    return await serviceCall(peer, { name, body }, options, io);
  }
  if (size <= MAX_PING_LEN) {
    const ping = rawCall(peer, reservedId.PING, new Uint8Array(size), {
      reserved: true,
    });
    return { ...ping, name: "ping" };
  }
  throw usageError(
    `A ping has at most ${MAX_PING_LEN} bytes: name a service for --size ${size}`,
  );
}

function rawCall(
  peer: PeerHandle<Body, unknown>,
  id: number,
  body: Uint8Array<ArrayBuffer>,
  options: RequestOptions<Body> = {},
): NamedBenchCall {
  return {
    name: `service ${id}`,
    async call(signal) {
      const response = await peer.call(id, body, { ...options, signal });
      response.body[Symbol.dispose]();
    },
  };
}

async function serviceCall(
  peer: PeerHandle<Body, unknown>,
  { name, body }: {
    readonly name: string;
    readonly body: Uint8Array<ArrayBuffer> | null;
  },
  options: BenchOptions,
  io: CliIo,
): Promise<NamedBenchCall> {
  const { definition, item, fullName: what } = await servedService(
    peer,
    name,
    options,
    io,
  );
  const { request, response } = item;
  const value = body !== null || request.kind === "nothing"
    ? bodyValue(what, request, body, definition.format)
    : madeValue(what, request, options.size);
  const client = fromDefinition(definition).client(peer);
  const method = client[item.name] as unknown as (
    ...args: unknown[]
  ) => Promise<unknown>;
  const args = request.kind === "nothing" ? [] : [value];
  return {
    name: what,
    async call(signal) {
      const called = await method(...args, { signal });
      const result = called instanceof TypedSentRequest
        ? await responseOf(called)
        : called;
      if (response.kind === "peer") (result as Body)[Symbol.dispose]();
    },
  };
}

/** The updates are read and dropped. */
async function responseOf(
  sent: TypedSentRequest<ServiceDeclaration>,
): Promise<unknown> {
  using request = sent;
  for await (const _update of request.updates());
  return await request.response();
}

function madeValue(what: string, body: BodyDefinition, size: number): unknown {
  if (body.kind !== "value") return new Uint8Array(size);
  try {
    const value = sampleBody(body);
    return value === "" ? "x".repeat(size) : value;
  } catch (error) {
    if (!(error instanceof NoSampleError)) throw error;
    throw usageError(
      `No body can be made for ${what}, as ${error.message}: give one`,
    );
  }
}
