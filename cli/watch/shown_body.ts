import { Buffer } from "node:buffer";
import { errorText } from "../../internal/errors.ts";
import type { NamedMessage } from "./message_names.ts";

/** A body as it is shown: one of them, or nothing where it is empty or too long. */
export interface ShownBody {
  /** Its value, by the interface. */
  readonly body?: unknown;
  /** Its text, where there is no interface. */
  readonly text?: string;
  /** Its bytes in base64. */
  readonly base64?: string;
  /** Why its value can't be told. */
  readonly problem?: string;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What no text has that is meant to be read. */
// deno-lint-ignore no-control-regex -- they are what it is about
const UNREADABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;

/** Shows a body, unless it is longer than `max` bytes. */
export function shownBody(
  data: Uint8Array<ArrayBuffer>,
  { body, format }: NamedMessage,
  max: number,
): ShownBody {
  if (data.length === 0 || data.length > max) return {};
  if (body?.kind === "nothing") return {};
  if (body?.kind === "value" && format !== null) {
    try {
      return { body: format.decode(data) };
    } catch (error) {
      return { problem: errorText(error), ...plainBody(data) };
    }
  }
  if (body?.kind === "bytes") {
    return { base64: Buffer.from(data).toString("base64") };
  }
  return plainBody(data);
}

function plainBody(data: Uint8Array<ArrayBuffer>): ShownBody {
  try {
    const text = utf8.decode(data);
    if (!UNREADABLE.test(text)) return { text };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return { base64: Buffer.from(data).toString("base64") };
}
