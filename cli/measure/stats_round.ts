import type { DurationHistogram } from "../../interface/introspect/duration_histogram.ts";
import type {
  ServerStats,
  ServiceStats,
} from "../../interface/introspect/interface_stats.ts";

/** What a service did in a round, and since the server counts. */
export interface ServiceRound {
  /** Its name with that of the interface. */
  readonly name: string;
  /** The calls since the server counts. */
  readonly calls: number;
  /** The calls for each second of the round. */
  readonly rate: number;
  /** The calls that have no response yet. */
  readonly open: number;
  /** The error responses since the server counts. */
  readonly errors: number;
  /** At most so long took half of those that ended in the round, in milliseconds; null if none did. */
  readonly p50: number | null;
  /** At most so long took 99 % of them. */
  readonly p99: number | null;
  /** The longest one since the server counts. */
  readonly max: number;
}

/** What an interface did in a round. */
export interface InterfaceRound {
  readonly name: string;
  readonly connections: number;
  readonly services: readonly ServiceRound[];
}

/** What is to be told of a round: its figures, and those of the round before. */
export function roundOf(
  now: ServerStats,
  before: ServerStats | null,
  seconds: number,
): InterfaceRound[] {
  return now.interfaces.map(({ name, connections, services }) => {
    const earlier = before?.interfaces.find((one) => one.name === name);
    return {
      ...{ name, connections },
      services: services.map((service) => {
        const old = earlier?.services.find(({ id }) => id === service.id);
        return serviceRound(`${name}.${service.name}`, service, old, seconds);
      }),
    };
  });
}

function serviceRound(
  name: string,
  { calls, open, errors, durations }: ServiceStats,
  before: ServiceStats | undefined,
  seconds: number,
): ServiceRound {
  // A server that was started again counts from 0.
  const old = before !== undefined && before.calls <= calls ? before : null;
  const counts = durations.counts.map((count, i) =>
    count - (old?.durations.counts[i] ?? 0)
  );
  return {
    ...{ name, calls, open },
    rate: before === undefined
      ? 0
      : Math.round(10 * (calls - (old?.calls ?? 0)) / seconds) / 10,
    errors: Object.values(errors).reduce((sum, count) => sum + count, 0),
    p50: quantile({ ...durations, counts }, 0.5),
    p99: quantile({ ...durations, counts }, 0.99),
    max: Math.round(durations.max * 1000) / 1000,
  };
}

/** The upper end of the bucket that it is in. */
function quantile(
  { bounds, counts, max }: DurationHistogram,
  part: number,
): number | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  let below = 0;
  const bucket = counts.findIndex((count) => (below += count) >= part * all);
  return Math.min(bounds[bucket] ?? max, Math.round(max * 1000) / 1000);
}
