import type { BodyInput } from "../../protocol/body.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import { namedError } from "../client/named_error.ts";
import type { MessageCodec } from "../codecs/interface_codec.ts";
import { argumentsOf } from "../messages/send_methods.ts";

/** What sending stream messages needs of a peer. */
export interface StreamSender {
  sendStream(
    serviceId: number,
    body: BodyInput,
    options?: SignalOptions,
  ): Promise<void>;
}

/** Sends a stream message with the arguments of its method; errors get its name. */
export async function sendStream(
  { id, fullName, body }: MessageCodec,
  sender: StreamSender,
  args: readonly unknown[],
): Promise<void> {
  const [value, options] = argumentsOf(body, args);
  const encoded = body.encode(value);
  try {
    await sender.sendStream(id, encoded, options);
  } catch (error) {
    throw namedError(error, fullName, options);
  }
}
