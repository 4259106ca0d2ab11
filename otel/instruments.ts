import {
  type Histogram,
  type Meter,
  metrics,
  trace,
  type Tracer,
} from "@opentelemetry/api";

/** What spans and metrics of this library are made by. */
const SCOPE = "@fizyr/rpc";

/** The bounds that the conventions give for durations of calls, in seconds, and finer ones below. */
const BOUNDS = [
  ...[0.0001, 0.00025, 0.0005, 0.001, 0.0025],
  ...[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75],
  ...[1, 2.5, 5, 7.5, 10],
];

/** What one side of calls is recorded with. */
export interface Instruments {
  /** Makes spans. */
  readonly tracer: Tracer;
  /** Records durations, in seconds. */
  readonly duration: Histogram;
}

/** The meter of this library. */
export function meter(): Meter {
  return metrics.getMeter(SCOPE);
}

/** Makes the instruments of one side when they are first needed: a program may register its SDK late. */
export function instrumentsOf(side: "client" | "server"): () => Instruments {
  let made: Instruments | null = null;
  return () =>
    made ??= {
      tracer: trace.getTracer(SCOPE),
      duration: meter()
        .createHistogram(`rpc.${side}.call.duration`, {
          description: `How long calls took, seen by the ${side}`,
          unit: "s",
          advice: { explicitBucketBoundaries: BOUNDS },
        }),
    };
}
