import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";

/** Sends what a handler yields as updates; gives what it returns. */
export async function sendYielded(
  generator: AsyncGenerator<unknown, unknown, void>,
  service: ServiceCodec,
  request: ReceivedRequestHandle<Body>,
): Promise<unknown> {
  for (;;) {
    const step = await generator.next();
    if (step.done) return step.value;
    try {
      await sendUpdate(step.value, service, request);
    } catch (error) {
      // The generator runs its finally blocks, as when a loop over it ends early.
      await generator.return(undefined);
      // Once the request has ended, nobody waits for the response.
      if (request.closed) return undefined;
      throw error;
    }
  }
}

async function sendUpdate(
  value: unknown,
  { name: service, responseUpdates }: ServiceCodec,
  request: ReceivedRequestHandle<Body>,
): Promise<void> {
  const { name, body } = value as { name: string; body?: unknown };
  const update = responseUpdates.byName.get(name);
  if (update === undefined) {
    throw new RpcError(
      "encode-failed",
      `The handler of ${service} yielded an update that isn't declared: ${name}`,
    );
  }
  await request.sendUpdate(update.id, update.body.encode(body));
}

/** Whether a handler has given an asynchronous generator. */
export function isGenerator(
  value: unknown,
): value is AsyncGenerator<unknown, unknown, void> {
  return typeof value === "object" && value !== null &&
    Symbol.asyncIterator in value && "next" in value;
}
