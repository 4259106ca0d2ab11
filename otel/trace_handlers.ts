import { context, propagation, SpanKind } from "@opentelemetry/api";
import type { Interceptor } from "../interface/intercept/interceptor.ts";
import { traceOf } from "../peer/requests/metadata.ts";
import { callAttributes, methodOf } from "./attributes.ts";
import { instrumentsOf } from "./instruments.ts";
import { runSpan } from "./run_span.ts";
import type { TraceOptions } from "./trace_options.ts";

/**
 * Makes an interceptor for servers: a span of kind SERVER for each request, named
 * `Camera/record`, from the handler's beginning to its end, and the metric
 * `rpc.server.call.duration`. What the handler calls has the span as its parent.
 *
 * The parent of the span is that of the client, where the request has brought one.
 *
 * Put it first in `intercept`, so that it sees the metadata as it came, and spans what
 * the others do.
 */
export function traceHandlers(options: TraceOptions = {}): Interceptor {
  const instruments = instrumentsOf("server");
  return async (call, next) => {
    const used = instruments();
    const attributes = {
      ...callAttributes(call, "localAddr"),
      ...options.attributes,
    };
    const { metadata } = call;
    const parent = propagation.extract(context.active(), {
      ...metadata,
      ...traceOf(metadata),
    });
    const span = used.tracer.startSpan(methodOf(call), {
      kind: SpanKind.SERVER,
      attributes,
    }, parent);
    return await runSpan(span, parent, used, attributes, () => next());
  };
}
