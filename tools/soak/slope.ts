/** How fast something grows, by the line that fits best. */
export interface Slope {
  /** By how much in a unit of time. */
  readonly perUnit: number;
  /** The standard error of that. */
  readonly error: number;
}

/** The slope of points (time, value); null where there are fewer than three. */
export function slopeOf(
  points: readonly (readonly [number, number])[],
): Slope | null {
  const n = points.length;
  if (n < 3) return null;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  let xx = 0;
  let xy = 0;
  for (const [x, y] of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  const perUnit = xy / xx;
  const rest = points.reduce(
    (sum, [x, y]) => sum + (y - meanY - perUnit * (x - meanX)) ** 2,
    0,
  );
  return { perUnit, error: Math.sqrt(rest / (n - 2) / xx) };
}
