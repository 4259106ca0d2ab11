/**
 * What the first message of a client, and the answer of a server, hold: so nothing else
 * on a subject is taken for either.
 */
const GREETING = "fizyr-rpc 1";

const encoder = new TextEncoder();

/** The first message of a client. */
export const OPEN: Uint8Array = encoder.encode(GREETING);

/** The answer of a server that takes the client. */
export const ACCEPT: Uint8Array = OPEN;

/** The answer of a server that doesn't. */
export function refusal(text: string): Uint8Array {
  return encoder.encode(`${GREETING} refused: ${text}`);
}

/** Whether a message is the first one of a client. */
export function isOpen(data: Uint8Array): boolean {
  return new TextDecoder().decode(data) === GREETING;
}

/** What a server has answered: null if it takes the client, else why it doesn't. */
export function readAnswer(data: Uint8Array): string | null {
  const text = new TextDecoder().decode(data);
  if (text === GREETING) return null;
  const refused = `${GREETING} refused: `;
  if (text.startsWith(refused)) return text.slice(refused.length);
  return "what answers there is no server of this library";
}

/** A subject that nobody else has, for one direction of a session. */
export function newInbox(prefix = "_INBOX"): string {
  return `${prefix}.${crypto.randomUUID().replaceAll("-", "")}`;
}
