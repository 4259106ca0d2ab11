import type { Body } from "../../protocol/body.ts";
import { checkBodyLen } from "../../protocol/body_limit.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import type { UnixBody } from "./unix_body.ts";
import type { ResolvedUnixConfig } from "./unix_config.ts";

/** The error that sending a message gives for a limit, or null. */
export function checkUnixMessage(
  message: Message<UnixBody>,
  { maxBodyLenWrite, maxFdsWrite }: ResolvedUnixConfig,
): RpcError | null {
  return checkFds(message, maxFdsWrite) ??
    checkBodyLen(message as Message<Body>, maxBodyLenWrite);
}

/** The error that sending a message gives for the number of its descriptors, or null. */
export function checkFds(
  { header, body }: Message<UnixBody>,
  limit: number,
): RpcError | null {
  const { length } = body.fds;
  if (length <= limit) return null;
  return new RpcError(
    "too-many-fds",
    `${length} descriptors with one message are over maxFdsWrite, which is ${limit}`,
    {
      limit,
      actual: length,
      requestId: header.requestId,
      serviceId: header.serviceId,
      messageType: header.type,
    },
  );
}
