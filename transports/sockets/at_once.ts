import { deno } from "../../internal/runtime/deno.ts";

/**
 * Refuses to listen synchronously outside of Deno: in Node and Bun it is known only
 * later whether a socket listens.
 *
 * @param subPath The sub-path of the transport, for the text.
 * @throws {TypeError} Outside of Deno.
 */
export function requireAtOnce(subPath: string): void {
  if (deno !== undefined) return;
  throw new TypeError(
    `listen is synchronous, and sockets listen at once in Deno only: use "await bind(address, options)" of @fizyr/rpc or @fizyr/rpc/${subPath}`,
  );
}
