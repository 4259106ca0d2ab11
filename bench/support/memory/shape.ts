/** What the processes of `bench/costs/memory.ts` agree on. @module */

/** How a caller opens requests, and how a callee holds them. */
export const FORMS = [
  { caller: "call()", callee: "serve()" },
  { caller: "sendRequest()", callee: "recvMessage()" },
] as const;

/** One of them. */
export type Form = typeof FORMS[number];

/** The service that leaves its requests open. */
export const HOLD = 1;
/** The service that answers. */
export const ECHO = 2;

/** Limits that let so many requests be open. */
export function limitsFor(count: number): Record<string, number> {
  return {
    maxOpenSentRequests: count + 1024,
    maxOpenReceivedRequests: count + 1024,
    maxInboxMessages: count + 1024,
  };
}
