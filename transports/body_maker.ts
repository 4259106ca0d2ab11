import { type Body, type BodyInput, toStreamBody } from "../protocol/body.ts";
import type { Transport } from "./transport.ts";

/** Turns what the user gave into a body that the transport carries. */
export type BodyMaker<B extends Body> = (input: BodyInput<B>) => B;

/** The function that makes the bodies of a transport. */
export function bodyMaker<B extends Body>(
  transport: Transport<B>,
): BodyMaker<B> {
  if (transport.toBody !== undefined) {
    return (input) => transport.toBody!(input);
  }
  // Without toBody, B is StreamBody: see Transport.
  return toStreamBody as unknown as BodyMaker<B>;
}
