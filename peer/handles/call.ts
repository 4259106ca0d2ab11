import type { Body, BodyInput, StreamBody } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import type { RequestOptions } from "../requests/request_options.ts";
import { SentRequest } from "../requests/sent_request.ts";
import type { Counters } from "../counters.ts";
import type { Connection } from "../connection.ts";

/** The options of `call`. */
export type CallOptions<B extends Body = StreamBody> = RequestOptions<B>;

/** Sends a request and waits for its response, skipping updates. */
export function call<B extends Body>(
  connection: Connection<B, unknown>,
  serviceId: number,
  body: BodyInput<B>,
  options: CallOptions<B> | undefined,
): Promise<Message<B>> {
  const { sender, counters } = connection;
  try {
    const { callTimeout } = connection.options;
    const { requests } = sender;
    const started = requests.start(serviceId, body, options, callTimeout);
    return started instanceof SentRequest
      ? responseOf(started, counters)
      : responseLater(started, counters);
  } catch (error) {
    return Promise.reject(error);
  }
}

// By itself: see `Sender`.
async function responseLater<B extends Body>(
  started: Promise<SentRequest<B>>,
  counters: Counters,
): Promise<Message<B>> {
  return await responseOf(await started, counters);
}

function responseOf<B extends Body>(
  request: SentRequest<B>,
  counters: Counters,
): Promise<Message<B>> {
  return new Promise((resolve, reject) => {
    counters.droppedMessages += request.call(resolve, reject);
  });
}
