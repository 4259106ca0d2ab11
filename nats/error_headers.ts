import { splitErrorText } from "../protocol/error.ts";
import type { NatsHeaders } from "../transports/nats/nats_connection.ts";

/** The headers of an error response, as NATS names them (ADR-32). */
const CODE = "Nats-Service-Error-Code";
const TEXT = "Nats-Service-Error";

/** The header with the metadata of a request, as JSON in ASCII. */
export const METADATA = "Fizyr-Rpc-Metadata";

/** The header that says how many updates came before a response, where there were some. */
export const UPDATES = "Fizyr-Rpc-Updates";

/** The codes that tools of NATS show for the reasons; they are those of HTTP. */
const CODES: Readonly<Record<string, string>> = {
  "invalid-request": "400",
  "unknown-service": "404",
  "limit-exceeded": "429",
  canceled: "499",
  failed: "500",
  unavailable: "503",
  "deadline-exceeded": "504",
};

/** What an error response is in NATS: headers, and what is left of its text as body. */
export interface ErrorParts {
  /** The names and values of the headers. */
  readonly headers: readonly (readonly [string, string])[];
  /** The text behind its first line: of a declared error, the JSON of its body. */
  readonly rest: string;
}

/** Takes the text of an error response apart. */
export function errorParts(text: string): ErrorParts {
  const end = text.indexOf("\n");
  const line = (end < 0 ? text : text.slice(0, end)).replace(/\r/g, " ");
  const { word } = splitErrorText(text);
  return {
    headers: [[CODE, CODES[word ?? ""] ?? "500"], [TEXT, line]],
    rest: end < 0 ? "" : text.slice(end + 1),
  };
}

/** The text of an error response; null if the message is none. */
export function errorTextOf(
  headers: NatsHeaders | undefined,
  rest: () => string,
): string | null {
  if (headers === undefined) return null;
  const code = headers.get(CODE), line = headers.get(TEXT);
  if (code === "" && line === "") return null;
  const behind = rest();
  return behind === "" ? line || code : `${line}\n${behind}`;
}

/** JSON that a header can carry. */
export function toAscii(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
