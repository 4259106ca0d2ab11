import type { Body } from "../protocol/body.ts";
import type { Transport } from "../transports/transport.ts";

/**
 * Decides by what is known of a connection whether to go on with it: false or a
 * throw closes it before a byte of it is read.
 */
export type Authorize<I> = {
  // As a method, so that a Listener of known info is a Listener of any.
  authorize(info: I): boolean | void | Promise<boolean | void>;
}["authorize"];

/**
 * Asks, and closes the transport of a refused connection.
 *
 * @throws {Deno.errors.PermissionDenied} If it is refused; `cause` is what
 * `authorize` threw.
 */
export async function authorized<B extends Body, I>(
  transport: Transport<B, I>,
  authorize: Authorize<I> | undefined,
): Promise<void> {
  if (authorize === undefined) return;
  let refusal: ErrorOptions | undefined;
  try {
    if (await authorize(transport.info) === false) refusal = {};
  } catch (cause) {
    refusal = { cause };
  }
  if (refusal === undefined) return;
  await transport.close();
  throw new Deno.errors.PermissionDenied(
    "The authorize option refused the connection",
    refusal,
  );
}
