/** Connect, with its own protocol over HTTP/2: a call each. @module */
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import {
  connectNodeAdapter,
  createConnectTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import type { ContestantClient } from "../contestant.ts";
import { BodySchema, CountSchema, Echo } from "./echo_pb.ts";

/** A message of a client stream, as the generated client takes it. */
type BodyInit = MessageInitShape<typeof BodySchema>;

interface Collecting {
  readonly messages: WritableStreamDefaultWriter<BodyInit>;
  readonly counted: Promise<{ readonly count: number }>;
}

const UPDATE = create(BodySchema, { data: new Uint8Array(32).fill(1) });

/** Starts the server. */
export async function serve(): Promise<string> {
  const handler = connectNodeAdapter({
    routes: (router) =>
      router.service(Echo, {
        call: (body) => body,
        async collect(bodies) {
          let count = 0;
          for await (const _ of bodies) count++;
          return create(CountSchema, { count });
        },
        async *updates({ count }) {
          for (let i = 0; i < count; i++) yield UPDATE;
        },
      }),
  });
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** Connects a client. */
export function connect(address: string): Promise<ContestantClient> {
  // One of its own for each client, so that it can be closed.
  const sessionManager = new Http2SessionManager(address);
  const client = createClient(
    Echo,
    createConnectTransport({
      baseUrl: address,
      httpVersion: "2",
      sessionManager,
    }),
  );
  /** What takes messages that nothing answers; it tells their number at its end. */
  let collecting: Collecting | null = null;
  const collect = (): Collecting => {
    // Without room, so that a write ends when the call has taken its message.
    const { readable, writable } = new TransformStream<BodyInit>(
      {},
      { highWaterMark: 1 },
      { highWaterMark: 0 },
    );
    return {
      messages: writable.getWriter(),
      counted: client.collect(each(readable)),
    };
  };
  return Promise.resolve({
    call: (data) => client.call({ data }),
    async send(data) {
      await (collecting ??= collect()).messages.write({ data });
    },
    async arrived() {
      const { messages, counted } = collecting ??= collect();
      collecting = null;
      await messages.close();
      return (await counted).count;
    },
    async updates(count) {
      let seen = 0;
      for await (const _ of client.updates({ count })) seen++;
      if (seen !== count) throw new Error(`Asked for ${count}, ${seen} came`);
    },
    [Symbol.asyncDispose]() {
      sessionManager.abort();
      return Promise.resolve();
    },
  });
}

/** The chunks of a stream as a generator: Connect takes no iterable without `throw`. */
async function* each<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  yield* stream;
}
