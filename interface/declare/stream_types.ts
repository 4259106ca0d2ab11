import type { Body } from "../../protocol/body.ts";
import type { MessageSchema, RequiredOf } from "./body_types.ts";

/**
 * Whether a stream comes from the server; boolean where the type of the declaration
 * doesn't say it.
 */
export type IsFromServer<D> = D extends { readonly from: infer F }
  ? F extends "server" ? true : false
  : "from" extends keyof D ? boolean
  : false;

/** The streams that the client sends, and the server takes. */
export type ClientStreams<T> = {
  readonly [
    K in keyof T as IsFromServer<T[K]> extends true ? never : K
  ]: T[K];
};

/** The body that a peer must carry for a stream. */
export type RequiredBodyOfStream<D> = [RequiredOf<MessageSchema<D>>] extends
  [infer B extends Body] ? [B] extends [never] ? Body : B
  : Body;
