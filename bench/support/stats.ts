/** One round's result of one measure. */
export interface Sample {
  /** Median time of a round trip in microseconds, if each was timed. */
  readonly p50: number | null;
  /** 99th percentile, likewise. */
  readonly p99: number | null;
  /** 99.9th percentile, likewise. */
  readonly p999: number | null;
  /** Round trips, messages or bodies per second. */
  readonly perSecond: number;
  /** Bytes of body per second, one direction. */
  readonly bytesPerSecond: number;
}

/** Times each of `count` round trips, one after the other. */
export async function timeEach(
  trip: () => Promise<void>,
  count: number,
  bodyLen: number,
): Promise<Sample> {
  const times = new Float64Array(count);
  const begin = performance.now();
  let before = begin;
  for (let i = 0; i < count; i++) {
    await trip();
    const now = performance.now();
    times[i] = now - before;
    before = now;
  }
  return sampleOf(times, bodyLen, before - begin);
}

/**
 * Summarises times of round trips, in ms. Unless `elapsedMs` is given, the elapsed
 * time is their sum.
 */
export function sampleOf(
  times: Float64Array,
  bodyLen: number,
  elapsedMs: number = times.reduce((sum, time) => sum + time, 0),
): Sample {
  times.sort();
  return {
    ...rate(elapsedMs, times.length, bodyLen),
    p50: 1000 * quantile(times, 0.5),
    p99: 1000 * quantile(times, 0.99),
    p999: 1000 * quantile(times, 0.999),
  };
}

/** Times a run that moves `count` bodies. */
export async function timeAll(
  run: () => Promise<void>,
  count: number,
  bodyLen: number,
): Promise<Sample> {
  const begin = performance.now();
  await run();
  return rate(performance.now() - begin, count, bodyLen);
}

function rate(elapsedMs: number, count: number, bodyLen: number): Sample {
  const perSecond = 1000 * count / elapsedMs;
  return {
    p50: null,
    p99: null,
    p999: null,
    perSecond,
    bytesPerSecond: perSecond * bodyLen,
  };
}

/** The quantile of sorted values: `part` of them are below it. */
export function quantile(sorted: ArrayLike<number>, part: number): number {
  const last = sorted.length - 1;
  return sorted[Math.min(last, Math.floor(part * sorted.length))] ?? NaN;
}

/** The middle one; of an even number, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1
    ? upper
    : (upper + (sorted[half - 1] ?? NaN)) / 2;
}
