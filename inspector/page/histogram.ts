import type { DurationHistogram } from "../../interface/introspect/duration_histogram.ts";
import { svg } from "./element.ts";
import { duration } from "./format.ts";

const WIDTH = 6;
const HEIGHT = 28;

/** A quantile as the upper end of its bucket, in milliseconds; null where nothing was counted. */
export function quantile(
  { counts, bounds, max }: DurationHistogram,
  part: number,
): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = part * total;
  for (const [bucket, count] of counts.entries()) {
    left -= count;
    // No duration was longer than the longest one.
    if (left <= 0) return Math.min(bounds[bucket] ?? max, max);
  }
  return max;
}

/** Durations as bars. */
export function histogramView(histogram: DurationHistogram): SVGElement {
  const { counts, bounds } = histogram;
  const most = Math.max(1, ...counts);
  const bars = counts.map((count, bucket) => {
    // A single one is seen beside a million, too.
    const share = count === 0 ? 0 : Math.log1p(count) / Math.log1p(most);
    const height = share * HEIGHT;
    const bound = bounds[bucket];
    const range = bound === undefined
      ? `over ${duration(bounds.at(-1) ?? 0)}`
      : `up to ${duration(bound)}`;
    const title = svg("title", {});
    title.textContent = `${range}: ${count}`;
    const place = { x: bucket * WIDTH, width: WIDTH - 1 };
    return svg(
      "g",
      {},
      svg("rect", { ...place, y: 0, height: HEIGHT, class: "back" }),
      svg("rect", { ...place, y: HEIGHT - height, height, class: "bar" }),
      title,
    );
  });
  const width = counts.length * WIDTH;
  return svg(
    "svg",
    {
      ...{ class: "histogram", width, height: HEIGHT, role: "img" },
      "viewBox": `0 0 ${width} ${HEIGHT}`,
      "aria-label":
        counts.map((count, bucket) =>
          count === 0
            ? ""
            : `${count} up to ${duration(bounds[bucket] ?? histogram.max)}`
        ).filter((text) => text !== "").join(", ") || "no durations",
    },
    ...bars,
  );
}
