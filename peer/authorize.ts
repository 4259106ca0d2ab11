import { abortable } from "@std/async";
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
 * Asks, and closes the transport of a connection that is refused or given up.
 *
 * @throws {Deno.errors.PermissionDenied} If it is refused; `cause` is what
 * `authorize` threw.
 */
export async function authorized<B extends Body, I>(
  transport: Transport<B, I>,
  authorize: Authorize<I> | undefined,
  signal?: AbortSignal,
): Promise<void> {
  if (authorize === undefined) return;
  try {
    const asked = ask(authorize, transport.info);
    await (signal === undefined ? asked : abortable(asked, signal));
  } catch (error) {
    await transport.close();
    throw error;
  }
}

async function ask<I>(authorize: Authorize<I>, info: I): Promise<void> {
  const text = "The authorize option refused the connection";
  let answer: boolean | void;
  try {
    answer = await authorize(info);
  } catch (cause) {
    throw new Deno.errors.PermissionDenied(text, { cause });
  }
  if (answer === false) throw new Deno.errors.PermissionDenied(text);
}
