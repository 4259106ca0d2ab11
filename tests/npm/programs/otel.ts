/** Traces a call and its handler with the SDK for Node, and prints the spans. */
import { SpanKind, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  // @ts-ignore: the project of these tests has it, the library doesn't
} from "@opentelemetry/sdk-trace-node";
import { bind, connect } from "@fizyr/rpc";
import { serve } from "@fizyr/rpc/interface";
import { traceCalls, traceHandlers } from "@fizyr/rpc/otel";
import { Camera } from "./camera.ts";

/** What is looked at of a span of the SDK. */
interface EndedSpan {
  readonly name: string;
  readonly kind: number;
  readonly parentSpanContext?: { readonly spanId: string };
  spanContext(): { readonly traceId: string; readonly spanId: string };
}

/** The name and the kind of a span. */
function labelOf({ name, kind }: EndedSpan): string {
  return `${name}, ${SpanKind[kind]}`;
}

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(exporter)],
});
provider.register();
const tracer = trace.getTracer("cell");

const listener = await bind("tcp://127.0.0.1:0");
const camera = Camera.implement({
  record: ({ frames }) =>
    tracer.startActiveSpan("expose", (span) => {
      span.end();
      return new Uint8Array(frames);
    }),
  temperature: () => {},
});
const running = listener.run((peer) =>
  serve(peer, camera, { intercept: [traceHandlers()] })
);
const peer = await connect(listener.addr);
const client = Camera.client(peer, { intercept: [traceCalls()] });
await tracer.startActiveSpan("shift", async (span) => {
  const recording = await client.record({ frames: 3 });
  await recording.response();
  span.end();
});
await peer.close();
await listener.shutdown();
await running;

await provider.forceFlush();
const spans: EndedSpan[] = exporter.getFinishedSpans();
const parentOf = ({ parentSpanContext }: EndedSpan): string | null => {
  const id = parentSpanContext?.spanId;
  const parent = spans.find((span) => span.spanContext().spanId === id);
  return parent === undefined ? null : labelOf(parent);
};
console.log(JSON.stringify({
  traces: new Set(spans.map((span) => span.spanContext().traceId)).size,
  // In the order in which they have ended, each with its parent.
  spans: spans.map((span) => [labelOf(span), parentOf(span)]),
}));
await provider.shutdown();
