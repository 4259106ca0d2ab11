/**
 * Traces and metrics over `@opentelemetry/api`: a span for each call and each handler,
 * by interceptors, and the figures of listeners. It works with what provides them:
 * Deno's own (`OTEL_DENO=true`), or an SDK of Node's. Where nothing does, it costs
 * little and records nothing.
 *
 * The names are those of the stable conventions for RPC of OpenTelemetry. In npm
 * `@opentelemetry/api` is an optional peer dependency: install it beside this.
 *
 * @example A client and a server that are traced
 * ```ts ignore
 * import { listen } from "jsr:@fizyr/rpc";
 * import { serve } from "jsr:@fizyr/rpc/interface";
 * import { observeListener, traceCalls, traceHandlers } from "jsr:@fizyr/rpc/otel";
 *
 * await using listener = listen("tcp://127.0.0.1:1337");
 * using _observed = observeListener(listener);
 * const running = listener.run((peer) =>
 *   serve(peer, camera, { intercept: [traceHandlers()] })
 * );
 *
 * const client = Camera.client(peer, { intercept: [traceCalls()] });
 * ```
 *
 * @module
 */
export { observeListener, type ObserveOptions } from "./observe_listener.ts";
export { traceCalls } from "./trace_calls.ts";
export { traceHandlers } from "./trace_handlers.ts";
export type { ExtraAttributes, TraceOptions } from "./trace_options.ts";
