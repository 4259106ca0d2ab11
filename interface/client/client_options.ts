import type { Body, StreamBody } from "../../protocol/body.ts";
import type { ServiceDeclarations } from "../declare/declaration.ts";
import type { ClientInterceptor } from "../intercept/typed_calls.ts";
import type { InterfaceOptions } from "../messages/options.ts";

/** The options of a client. */
export interface ClientOptions<
  S extends ServiceDeclarations = ServiceDeclarations,
  B extends Body = StreamBody,
  I = unknown,
> extends InterfaceOptions<B> {
  /** The interceptors of the calls of services; the first one is the outermost. */
  intercept?: readonly ClientInterceptor<S, B, I>[] | undefined;
}
