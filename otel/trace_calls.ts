import { context, propagation, SpanKind } from "@opentelemetry/api";
import type { Interceptor } from "../interface/intercept/interceptor.ts";
import { withTrace } from "../peer/requests/metadata.ts";
import { callAttributes, methodOf } from "./attributes.ts";
import { instrumentsOf } from "./instruments.ts";
import { runSpan } from "./run_span.ts";
import type { TraceOptions } from "./trace_options.ts";

/**
 * Makes an interceptor for clients: a span of kind CLIENT for each call, named
 * `Camera/record`, from the request to the response, and the metric
 * `rpc.client.call.duration`.
 *
 * The request carries the span to the server in its metadata, if the other side is
 * known to be a peer of this library (`extensions`). Without that the spans of both
 * sides belong to traces of their own.
 *
 * Put it last in `intercept`, so that each attempt of an interceptor that tries again
 * has a span.
 */
export function traceCalls(options: TraceOptions = {}): Interceptor {
  const instruments = instrumentsOf("client");
  return async (call, next) => {
    const used = instruments();
    const attributes = {
      ...callAttributes(call, "remoteAddr"),
      ...options.attributes,
    };
    const parent = context.active();
    const span = used.tracer.startSpan(methodOf(call), {
      kind: SpanKind.CLIENT,
      attributes,
    }, parent);
    return await runSpan(span, parent, used, attributes, async (inner) => {
      const carrier: Record<string, string> = {};
      propagation.inject(inner, carrier);
      if (Object.keys(carrier).length === 0) return await next();
      return await next({ metadata: withTrace(call.metadata, carrier) });
    });
  };
}
