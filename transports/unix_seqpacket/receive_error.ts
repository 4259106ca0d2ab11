import { RpcError, type RpcErrorCode } from "../../protocol/error.ts";
import type { MessageHeader } from "../../protocol/header.ts";

function dropped(
  code: RpcErrorCode,
  text: string,
  header: MessageHeader,
  limit: number | undefined,
  actual: number,
): RpcError {
  return new RpcError(code, `${text}; the message was dropped`, {
    side: "remote",
    limit,
    actual,
    requestId: header.requestId,
    serviceId: header.serviceId,
    messageType: header.type,
  });
}

/** The non-fatal error for a datagram that was cut off. */
export function datagramTooLong(
  header: MessageHeader,
  limit: number,
  actual: number,
): RpcError {
  return dropped(
    "payload-too-large",
    `A body of ${actual} bytes is over maxBodyLenRead, which is ${limit}`,
    header,
    limit,
    actual,
  );
}

/** The non-fatal error for a message with too many descriptors. */
export function tooManyFds(
  header: MessageHeader,
  limit: number,
  actual: number,
): RpcError {
  return dropped(
    "too-many-fds",
    `${actual} descriptors with one message are over maxFdsRead, which is ${limit}`,
    header,
    limit,
    actual,
  );
}

/** The non-fatal error for descriptors that the kernel couldn't hand over. */
export function descriptorsLost(
  header: MessageHeader,
  actual: number,
): RpcError {
  return dropped(
    "too-many-fds",
    `Descriptors were lost, all but ${actual}: this process has as many open as it may (ulimit -n)`,
    header,
    undefined,
    actual,
  );
}
