import type { Body } from "../../protocol/body.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import type { RequestOptions } from "../../peer/requests/request_options.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";

/**
 * The options of a call. When one of them ends it here, the other side works on unless
 * it is told. It is told by a cancel with `extensions` of the interface or of the
 * connection, and without them by a request update that the service declares with
 * `cancels: true`.
 *
 * @example Five seconds at most, and who asks
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 * import { inMemory } from "jsr:@fizyr/rpc/interface/testing";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   extensions: true,
 *   services: { name: { id: 1, response: body<string>() } },
 * });
 *
 * await using test = inMemory(Camera, { name: () => "left" });
 * assertEquals(await test.client.name(), "left");
 * const options = { timeout: 5000, metadata: { user: "x" } };
 * assertEquals(await test.client.name(options), "left");
 * ```
 */
export interface CallOptions extends SignalOptions {
  /** Ends the request: what waits for it, or for an update of it, rejects with its reason. */
  signal?: AbortSignal | undefined;
  /**
   * How long the whole request may take, in milliseconds, from now to its response.
   * Then it ends with `deadline-exceeded`; with extensions the other side knows what
   * is left of it. Infinity: no limit. Default: for services without updates
   * `callTimeout` of the connection, else no limit.
   */
  timeout?: number | undefined;
  /**
   * What the other side finds in `metadata` of the request: texts by name, as JSON
   * 8 KiB at most. Needs extensions.
   */
  metadata?: Readonly<Record<string, string>> | undefined;
}

/** The options of a call as the peer takes them: with what the interface says. */
export function requestOptions(
  { extensions, cancelUpdate, idempotent }: ServiceCodec,
  options: CallOptions | undefined,
): RequestOptions<Body> | undefined {
  if (!extensions && cancelUpdate === null && !idempotent) return options;
  return {
    ...options,
    ...(extensions && { extensions }),
    ...(idempotent && { idempotent }),
    ...(cancelUpdate !== null && {
      onAbort: {
        serviceId: cancelUpdate.id,
        body: cancelUpdate.body.encode(undefined),
      },
    }),
  };
}
