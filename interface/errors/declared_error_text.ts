import { errorText } from "../../internal/errors.ts";
import { RpcError, splitErrorText } from "../../protocol/error.ts";
import type { DeclaredErrorText } from "../../peer/message_factory.ts";
import { schemaCodec } from "../codecs/schema_codec.ts";
import { checkedValue } from "../codecs/validation_error.ts";
import { json } from "../formats/json.ts";
import type { DeclaredError } from "./declared_error.ts";
import type {
  DeclaredErrorType,
  DeclaredErrorTypes,
} from "./declared_errors.ts";

/**
 * What is sent of a declared error. Its body is JSON whatever the format of the
 * interface is, as it is part of a text.
 *
 * @throws {RpcError} `encode-failed` if JSON can't carry the body, or the schema of a
 * definition refuses it.
 */
export function declaredErrorText(
  { message, data }: DeclaredError,
  { name, fullName, body }: DeclaredErrorType,
): DeclaredErrorText {
  if (body === undefined) return { reason: name, message, body: null };
  try {
    const text = schemaCodec(body, json).encode(data) as string;
    return { reason: name, message, body: text };
  } catch (cause) {
    throw new RpcError(
      "encode-failed",
      `The body of the error ${fullName} can't be sent: ${errorText(cause)}`,
      { cause },
    );
  }
}

/** An error text that begins with the name of a declared error. */
export interface ReceivedErrorText {
  /** The error of this name. */
  readonly declared: DeclaredErrorType;
  /** The text for people. */
  readonly message: string;
  /** What is behind the message. */
  readonly body: string;
}

/** Takes an error text apart; null if it is that of no declared error. */
export function readDeclaredError(
  text: string,
  errors: DeclaredErrorTypes,
): ReceivedErrorText | null {
  if (errors.size === 0) return null;
  const { word, message } = splitErrorText(text);
  const declared = word === null ? undefined : errors.get(word);
  if (declared === undefined) return null;
  if (declared.body === undefined) return { declared, message, body: "" };
  const [line = ""] = message.split("\n", 1);
  return { declared, message: line, body: message.slice(line.length + 1) };
}

/** Reads the body of a declared error. Throws, or rejects with, what is wrong with it. */
export async function readErrorBody(
  { declared, body }: ReceivedErrorText,
): Promise<unknown> {
  if (declared.body === undefined) return undefined;
  const value: unknown = JSON.parse(body);
  return checkedValue(await declared.body["~standard"].validate(value));
}
