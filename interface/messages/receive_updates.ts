import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import {
  InvalidMessageError,
  unknownMessage,
} from "../codecs/invalid_message_error.ts";
import type { MessageCodecs } from "../codecs/interface_codec.ts";

/** An update that has been decoded. */
export interface DecodedUpdate {
  readonly name: string;
  readonly body: unknown;
}

/**
 * Takes the next valid update; null after the last one. Invalid ones go to `refuse`.
 */
export async function nextUpdate(
  table: MessageCodecs,
  take: () => Promise<Message<Body> | null>,
  refuse: (error: InvalidMessageError) => void | Promise<void>,
): Promise<DecodedUpdate | null> {
  for (;;) {
    const message = await take();
    if (message === null) return null;
    const update = table.byId.get(message.header.serviceId);
    if (update === undefined) {
      await refuse(unknownMessage(table.what, message));
      continue;
    }
    try {
      const body = await update.body.decode(message.body, () => message);
      return { name: update.name, body };
    } catch (error) {
      if (!(error instanceof InvalidMessageError)) throw error;
      await refuse(error);
    }
  }
}
