import type { Body, BodyInput } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import type { AnsweredRequest } from "../../peer/requests/remote_error.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import type { UpdatesOptions } from "../../peer/handles/updates_options.ts";

/** Sends updates for a request. */
export interface UpdateSender {
  readonly requestId: number;
  sendUpdate(
    serviceId: number,
    body: BodyInput,
    options?: SignalOptions,
  ): Promise<void>;
}

/** A request of this side, as far as typed requests go: what `SentRequestHandle` has. */
export interface SentRequestSource extends AnsweredRequest, Disposable {
  readonly requestId: number;
  keepUpdates(options: UpdatesOptions | undefined): void;
  recvUpdate(options?: SignalOptions): Promise<Message<Body> | null>;
  recvResponse(options?: SignalOptions): Promise<Message<Body>>;
  recvResponsePast(options?: SignalOptions): Promise<Message<Body>>;
  writeHandle(): UpdateSender;
}
