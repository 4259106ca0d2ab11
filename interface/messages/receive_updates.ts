import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import {
  InvalidMessageError,
  unknownMessage,
} from "../codecs/invalid_message_error.ts";
import type { MessageCodecs } from "../codecs/interface_codec.ts";
import type { AnyUpdate } from "../intercept/interceptor.ts";

/**
 * Takes the next valid update; null after the last one. Invalid ones go to `refuse`.
 * It passes `map`, if there is one.
 */
export async function nextUpdate(
  table: MessageCodecs,
  take: () => Promise<Message<Body> | null>,
  refuse: (error: InvalidMessageError) => void | Promise<void>,
  map?: (update: AnyUpdate) => AnyUpdate,
): Promise<AnyUpdate | null> {
  for (;;) {
    const message = await take();
    if (message === null) return null;
    const update = table.byId.get(message.header.serviceId);
    if (update === undefined) {
      await refuse(unknownMessage(table.what, message));
      continue;
    }
    let body: unknown;
    try {
      body = await update.body.decodeMessage(message);
    } catch (error) {
      if (!(error instanceof InvalidMessageError)) throw error;
      await refuse(error);
      continue;
    }
    const decoded = { name: update.name, body };
    return map === undefined ? decoded : map(decoded);
  }
}
