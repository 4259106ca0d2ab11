import type { Body, BodyInput, StreamBody } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import type { SignalOptions } from "./signal_options.ts";
import { checkServiceId } from "../../protocol/service_id.ts";
import { PendingCall } from "../requests/pending_call.ts";
import { remoteError } from "../requests/remote_error.ts";
import type { Sender } from "../sender.ts";
import { SentRequest } from "../requests/sent_request.ts";

/**
 * The options of `call`. A signal ends the waiting for room and for the
 * response, but not the writing of a body that isn't copied: one of 256 KiB and
 * more; over a Unix seqpacket socket one of 32 KiB and more, or with descriptors.
 */
export interface CallOptions<B extends Body = StreamBody>
  extends SignalOptions {
  /**
   * A requester update that is sent when the signal fires, to tell the other
   * side to stop. Without it the other side isn't told: the protocol has no
   * cancel.
   */
  onAbort?: {
    /** The kind of update. */
    readonly serviceId: number;
    /** The body of the update. Default: empty. */
    readonly body?: BodyInput<B>;
  } | undefined;
}

/** Sends a request and waits for its response, skipping updates. */
export function call<B extends Body = StreamBody>(
  sender: Sender<B>,
  serviceId: number,
  body: BodyInput<B>,
  options: CallOptions<B> | undefined,
): Promise<Message<B>> {
  try {
    const signal = options?.signal;
    if (options?.onAbort !== undefined) {
      checkServiceId(options.onAbort.serviceId);
    }
    const request = sender.startRequest(serviceId, body, signal);
    if (signal === undefined && request instanceof SentRequest) {
      return new Promise((resolve, reject) =>
        request.call(new PendingCall(serviceId, resolve, reject))
      );
    }
    return responseOf(sender, request, options);
  } catch (error) {
    return Promise.reject(error);
  }
}

async function sendStop<B extends Body>(
  sender: Sender<B>,
  request: SentRequest<B>,
  { serviceId, body = "" }: NonNullable<CallOptions<B>["onAbort"]>,
): Promise<void> {
  try {
    await sender.sendRequesterUpdate(request, serviceId, body);
  } catch (error) {
    // The response may have come while the stop waited: there is nothing to stop.
    if (request.closed === null) sender.report(error);
  }
}

async function responseOf<B extends Body>(
  sender: Sender<B>,
  started: SentRequest<B> | Promise<SentRequest<B>>,
  options: CallOptions<B> | undefined,
): Promise<Message<B>> {
  const request = await started;
  sender.skipUpdates(request);
  let response: Message<B>;
  try {
    response = await request.recvResponse(options?.signal);
  } catch (error) {
    // What is left is an abort, if the request is still open.
    const onAbort = options?.onAbort;
    if (request.closed === null && onAbort !== undefined) {
      sendStop(sender, request, onAbort)
        .finally(() => sender.abandon(request));
    } else sender.abandon(request);
    throw error;
  }
  if (!response.isError) return response;
  throw remoteError(response, request.serviceId);
}
