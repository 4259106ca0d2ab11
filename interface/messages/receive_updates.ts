import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import {
  InvalidMessageError,
  unknown,
} from "../codecs/invalid_message_error.ts";
import type { MessageTable } from "../codecs/interface_codec.ts";

/** An update that has been decoded. */
export interface DecodedUpdate {
  readonly name: string;
  readonly body: unknown;
}

/**
 * Takes the next update that is valid; null if there is none any more. Those that
 * aren't go to `refuse`.
 */
export async function nextUpdate(
  table: MessageTable,
  take: () => Promise<Message<Body> | null>,
  refuse: (error: InvalidMessageError) => void | Promise<void>,
): Promise<DecodedUpdate | null> {
  for (;;) {
    const message = await take();
    if (message === null) return null;
    const plan = table.byId.get(message.header.serviceId);
    if (plan === undefined) {
      await refuse(unknown(table.what, message));
      continue;
    }
    try {
      const body = await plan.body.decode(message.body, () => message);
      return { name: plan.name, body };
    } catch (error) {
      if (!(error instanceof InvalidMessageError)) throw error;
      await refuse(error);
    }
  }
}
