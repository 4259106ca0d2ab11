import { isInstance } from "../../internal/errors.ts";
import { RpcError } from "../../protocol/error.ts";
import { encodeDescribeRequest } from "./describe_request.ts";
import {
  type DocumentOptions,
  type DocumentSource,
  readDocument,
} from "./read_document.ts";

/**
 * Asks the other side for a document about its interfaces.
 *
 * @param peer A peer, a write handle or a link, whatever bodies it carries.
 * @param unknown What is said where the other side knows no such request.
 */
export async function askFor(
  peer: unknown,
  serviceId: number,
  options: DocumentOptions & {
    readonly interface?: string | undefined;
    readonly hidden?: boolean | undefined;
  },
  unknown: string,
): Promise<unknown> {
  const body = encodeDescribeRequest(options);
  try {
    // The body is text, which every transport carries.
    const source = peer as DocumentSource;
    return await readDocument(source, serviceId, body, options);
  } catch (error) {
    if (!isInstance(error, RpcError)) throw error;
    const { code, reason, responseText } = error;
    if (reason !== "unknown-service") throw error;
    throw new RpcError(code, unknown, { ...error, responseText, cause: error });
  }
}
