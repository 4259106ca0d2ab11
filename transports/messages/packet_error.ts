import { RpcError } from "../../protocol/error.ts";

/**
 * The error for packets that break the rules: the stream can't go on.
 *
 * @param what What the other side did, such as "sent an empty message".
 */
export function brokenPackets(what: string): RpcError {
  return new RpcError("connection-aborted", `The other side ${what}`, {
    fatal: true,
    side: "remote",
  });
}
