import type { TracedMessage } from "../capture/trace_event.ts";
import { jsonLine } from "../json_line.ts";
import type { MessageNames } from "../watch/message_names.ts";
import { kindOf } from "../watch/shown_message.ts";
import { shownBody } from "../watch/shown_body.ts";
import type { DifferentExchange } from "./exchanges.ts";

/** Of longer bodies only the length is told. */
const MAX_SHOWN = 4096;

/** A request that was answered in another way, as a line of JSON. */
export function differenceLine(
  connection: number,
  { requestId, serviceId, at, expected, got }: DifferentExchange,
  names: MessageNames,
): string {
  const request = { from: "client", serviceId, time: 0 } as const;
  const shown = (message: TracedMessage | null): unknown => {
    if (message === null) return null;
    const { header, data, descriptors } = message;
    const named = names.of("server", header, request);
    const kind = kindOf(message);
    return {
      kind,
      ...(named.update !== null && { update: named.update }),
      ...(descriptors > 0 && { descriptors }),
      bytes: data.length,
      ...shownBody(
        data,
        kind === "error" ? { ...named, body: null } : named,
        MAX_SHOWN,
      ),
    };
  };
  const [message] = [expected, got].filter((one) => one !== null);
  const { name } = names.of("server", message!.header, request);
  return jsonLine({
    ...{ connection, request: requestId, name, at },
    ...{ expected: shown(expected), got: shown(got) },
  });
}
