import { jsonLine } from "../json_line.ts";
import { printable } from "../output/printable.ts";
import { plural } from "../plural.ts";
import type { ShownMessage } from "./shown_message.ts";

/** How a message is written. */
export type LineFormat = (message: ShownMessage) => string;

/** The longest body on a line for people, in characters. */
const MAX_TEXT = 400;

const RED = 31, GREEN = 32, CYAN = 36, DIM = 2;

/** A message as a line of JSON. */
export function messageJson(message: ShownMessage): string {
  const { time, connection, from, kind, request, name, update } = message;
  const { ms, error, descriptors, bytes } = message;
  const { body, text, base64, problem } = message;
  return jsonLine({
    time: new Date(time).toISOString(),
    ...{ connection, from, kind },
    ...(request !== null && { request }),
    ...{ name },
    ...(update !== null && { update }),
    ...(ms !== null && { ms: rounded(ms) }),
    ...(error !== null && { error }),
    ...(descriptors > 0 && { descriptors }),
    bytes,
    ...("body" in message && { body: body ?? null }),
    ...(text !== undefined && { text }),
    ...(base64 !== undefined && { base64 }),
    ...(problem !== undefined && { problem }),
  });
}

/** A message as a line for people. */
export function messageText(colors: boolean): LineFormat {
  const paint = (code: number, text: string): string =>
    colors ? `\x1b[${code}m${text}\x1b[0m` : text;
  return (message) => {
    const { time, connection, from, kind, request, name, update } = message;
    const { ms, error, descriptors, bytes } = message;
    const arrow = from === "client" ? "->" : "<-";
    const words = [
      paint(DIM, clockTime(time)),
      `${connection}`,
      paint(from === "client" ? CYAN : GREEN, arrow),
      kind === "error" ? paint(RED, kind) : kind,
      ...(request === null ? [] : [`#${request}`]),
      ...[name, ...(update === null ? [] : [update])].map(printable),
      bodyText(message),
      ...(error === null ? [] : [paint(RED, quoted(error))]),
      ...(descriptors === 0 ? [] : [plural(descriptors, "descriptor")]),
      ...(hasBody(message) || bytes === 0 ? [] : [plural(bytes, "byte")]),
      ...(ms === null ? [] : [paint(DIM, `${rounded(ms)} ms`)]),
    ];
    return words.filter((word) => word !== "").join(" ");
  };
}

function hasBody(message: ShownMessage): boolean {
  return "body" in message || message.text !== undefined ||
    message.error !== null;
}

function bodyText(message: ShownMessage): string {
  const { body, text, problem } = message;
  const why = problem === undefined ? "" : ` (${printable(problem)})`;
  if ("body" in message) return cut(jsonLine(body));
  if (text === undefined) return why.trim();
  return cut(isJson(text) ? printable(text) : quoted(text)) + why;
}

/** JSON is read best as it stands; it has quotes of its own. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Text that can't move the cursor, or be taken for another line. */
function quoted(text: string): string {
  return printable(JSON.stringify(text));
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** The time of day, in this time zone, with microseconds. */
function clockTime(time: number): string {
  const date = new Date(time);
  const two = (n: number): string => String(n).padStart(2, "0");
  const micros = Math.floor((time % 1000) * 1000);
  const hours = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${hours.map(two).join(":")}.${String(micros).padStart(6, "0")}`;
}
