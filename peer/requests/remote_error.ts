import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";

/** The error that an error response stands for; closes the descriptors that came with it. */
export function remoteError(
  { header, body }: Message<Body>,
  serviceId: number,
): RpcError {
  using owned = body;
  return new RpcError("remote-error", owned.text(), {
    side: "remote",
    requestId: header.requestId,
    serviceId,
  });
}
