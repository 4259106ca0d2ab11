import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import type { AnyUpdate } from "../intercept/interceptor.ts";

/** Sends what a handler yields as updates, by `send`; gives what it returns. */
export async function sendYielded(
  generator: AsyncGenerator<unknown, unknown, void>,
  request: ReceivedRequestHandle<Body>,
  send: (update: AnyUpdate) => Promise<void>,
): Promise<unknown> {
  for (;;) {
    const step = await generator.next();
    if (step.done) return step.value;
    try {
      await send(step.value as AnyUpdate);
    } catch (error) {
      // The generator runs its finally blocks, as when a loop over it ends early.
      await generator.return(undefined);
      // Once the request has ended, nobody waits for the response.
      if (request.closed) return undefined;
      throw error;
    }
  }
}

/** Sends an update of a handler or an interceptor, which may not be declared. */
export async function sendUpdate(
  { name, body }: AnyUpdate,
  { fullName, responseUpdates }: ServiceCodec,
  request: ReceivedRequestHandle<Body>,
  options?: SignalOptions,
): Promise<void> {
  const update = responseUpdates.byName.get(name);
  if (update === undefined) {
    throw new RpcError(
      "encode-failed",
      `${fullName} has no response update that is called ${name}`,
    );
  }
  await request.sendUpdate(update.id, update.body.encode(body), options);
}

/** Whether a handler has given an asynchronous generator. */
export function isGenerator(
  value: unknown,
): value is AsyncGenerator<unknown, unknown, void> {
  return typeof value === "object" && value !== null &&
    Symbol.asyncIterator in value && "next" in value;
}
