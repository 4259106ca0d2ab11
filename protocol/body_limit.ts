import type { Body } from "./body.ts";
import { RpcError } from "./error.ts";
import type { Message } from "./message.ts";

/** The error that sending a message gives for the length of its body, or null. */
export function checkBodyLen(
  { header, body }: Message<Body>,
  limit: number,
): RpcError | null {
  const actual = body.data.length;
  if (actual <= limit) return null;
  return new RpcError(
    "payload-too-large",
    // The client of a server reads this too, as the text of an error response.
    `A body of ${actual} bytes is over maxBodyLenWrite of the side that sends it, which is ${limit}: raise it there, and maxBodyLenRead on the side that receives it`,
    {
      limit,
      actual,
      requestId: header.requestId,
      serviceId: header.serviceId,
      messageType: header.type,
    },
  );
}
