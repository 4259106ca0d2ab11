import { checkKeep, type KeepOptions } from "../../internal/check_options.ts";
import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import { RpcError } from "../../protocol/error.ts";
import type { SentRequestSource, UpdateSender } from "./sent_request_source.ts";

/** What stands for a request that an interceptor has answered, so that none was sent. */
export class UnsentRequest implements SentRequestSource {
  readonly requestId = -1;
  readonly extensions = false;
  readonly serviceId: number;

  /** Makes it for a service. */
  constructor(serviceId: number) {
    this.serviceId = serviceId;
  }

  keepUpdates(options: KeepOptions | undefined): void {
    checkKeep(options);
  }

  recvUpdate(): Promise<null> {
    return Promise.resolve(null);
  }

  recvResponse(): Promise<Message<Body>> {
    return Promise.reject(unsent());
  }

  recvResponsePast(): Promise<Message<Body>> {
    return Promise.reject(unsent());
  }

  writeHandle(): UpdateSender {
    return {
      requestId: this.requestId,
      sendUpdate: () => Promise.reject(unsent()),
    };
  }

  [Symbol.dispose](): void {}
}

function unsent(): RpcError {
  return new RpcError(
    "request-closed",
    "The request is closed: an interceptor has answered it, and it was never sent",
  );
}
