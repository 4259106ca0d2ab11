import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { errorText, isInstance } from "../internal/errors.ts";
import { errorAttributes } from "./attributes.ts";
import type { Instruments } from "./instruments.ts";

/** Runs something within a span, and records how long it took and what it failed with. */
export async function runSpan<T>(
  span: Span,
  parent: Context,
  { duration }: Instruments,
  attributes: Attributes,
  run: (inner: Context) => Promise<T>,
): Promise<T> {
  const inner = trace.setSpan(parent, span);
  const began = performance.now();
  let failed: Attributes = {};
  try {
    return await context.with(inner, run, undefined, inner);
  } catch (error) {
    failed = errorAttributes(error);
    span.setAttributes(failed);
    span.setStatus({ code: SpanStatusCode.ERROR, message: errorText(error) });
    if (isInstance(error, Error)) span.recordException(error);
    throw error;
  } finally {
    const seconds = (performance.now() - began) / 1000;
    duration.record(seconds, { ...attributes, ...failed }, inner);
    span.end();
  }
}
