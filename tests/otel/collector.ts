/** A span as OTLP carries it in JSON. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The name of the program that has sent it. */
  readonly program: string;
}

/** A metric as OTLP carries it in JSON. */
export interface CollectedMetric {
  readonly name: string;
  readonly unit?: string;
  readonly program: string;
  /** The attributes of its points. */
  readonly points: readonly Readonly<Record<string, unknown>>[];
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

// deno-lint-ignore no-explicit-any
type Otlp = any;

/** Collects what programs send by OTLP in JSON, on a port of loopback. */
export class Collector implements AsyncDisposable {
  readonly spans: CollectedSpan[] = [];
  readonly metrics: CollectedMetric[] = [];
  readonly #waiting = new Map<string, () => void>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        const { pathname } = new URL(request.url);
        const body = await request.json();
        if (pathname === "/v1/traces") this.#addSpans(body);
        if (pathname === "/v1/metrics") this.#addMetrics(body);
        return Response.json({});
      },
    );
  }

  /** What a program is to be started with, to send here. */
  env(program: string): Record<string, string> {
    return {
      OTEL_DENO: "true",
      OTEL_SERVICE_NAME: program,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_METRIC_EXPORT_INTERVAL: "100",
      OTEL_DENO_CONSOLE: "ignore",
    };
  }

  /** The spans of a program, by name. */
  spansOf(program: string): Record<string, CollectedSpan> {
    return Object.fromEntries(
      this.spans.filter((span) => span.program === program)
        .map((span) => [span.name, span]),
    );
  }

  /** A metric of a program, once for each time that it was sent. */
  metricsOf(program: string, name: string): CollectedMetric[] {
    return this.metrics.filter((metric) =>
      metric.program === program && metric.name === name
    );
  }

  /** Resolves when a program has sent a metric. */
  whenMeasured(program: string, name: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(`${program} ${name}`, resolve);
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #addSpans(body: Otlp): void {
    for (const { resource, scopeSpans } of body.resourceSpans) {
      const program = valuesOf(resource.attributes)["service.name"] as string;
      for (const { spans } of scopeSpans) {
        for (const span of spans) {
          const attributes = valuesOf(span.attributes);
          this.spans.push({ ...span, attributes, program });
        }
      }
    }
  }

  #addMetrics(body: Otlp): void {
    for (const { resource, scopeMetrics } of body.resourceMetrics) {
      const program = valuesOf(resource.attributes)["service.name"] as string;
      for (const { metrics } of scopeMetrics) {
        for (const { name, unit, ...data } of metrics) {
          const { dataPoints = [] } = data.histogram ?? data.sum ??
            data.gauge ?? {};
          const points = dataPoints.map((point: Otlp) =>
            valuesOf(point.attributes)
          );
          this.metrics.push({ name, unit, program, points });
          this.#waiting.get(`${program} ${name}`)?.();
        }
      }
    }
  }
}

function valuesOf(attributes: readonly Attribute[] = []) {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, Object.values(value)[0]]),
  );
}
