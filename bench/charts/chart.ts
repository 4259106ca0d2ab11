import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { svgText } from "./svg_text.ts";
import type { Theme } from "./theme.ts";

/** One contestant in a chart. */
export interface Point {
  readonly name: string;
  readonly isOurs: boolean;
  /** The median of the rounds, the lowest and the highest. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The value with its unit. */
  readonly label: string;
}

/** What a chart shows. */
export interface Chart {
  readonly title: string;
  /** What the axis shows, with its unit. */
  readonly axis: string;
  /** How a tick is written. */
  readonly tick: (value: number) => string;
  /** What was measured, and where and when: a line each. */
  readonly caption: readonly [string, string];
  /** The best one first. */
  readonly points: readonly Point[];
}

const WIDTH = 800;
const ROW = 26;
const TOP = 64;
const BOTTOM = 100;
const NAMES = 280;
const VALUES = 90;

/** Draws a chart as SVG: a dot for each contestant, on a logarithmic scale. */
export function drawChart(chart: Chart, theme: Theme): string {
  const { points } = chart;
  const { document } = parseHTML("<html></html>");
  const text = svgText(document);
  const colour = ({ isOurs }: Point): string =>
    isOurs ? theme.ours : theme.others;
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: TOP + ROW * points.length + BOTTOM,
    marginTop: TOP,
    marginBottom: BOTTOM,
    marginLeft: NAMES,
    marginRight: VALUES,
    style: { fontSize: "14px", color: theme.text, background: "none" },
    x: {
      type: "log",
      domain: domainOf(points),
      label: null,
    },
    // The names are a mark of their own, as each has its colour.
    y: { domain: points.map(({ name }) => name), axis: null, padding: 0.5 },
    marks: [
      Plot.gridX({
        ticks: powersOf(points),
        stroke: theme.grid,
        strokeOpacity: 1,
      }),
      Plot.axisX({
        ticks: powersOf(points),
        tickFormat: chart.tick,
        tickSize: 0,
        fill: theme.quiet,
      }),
      ...[true, false].map((isOurs) =>
        Plot.text(points.filter((point) => point.isOurs === isOurs), {
          y: "name",
          text: "name",
          frameAnchor: "left",
          textAnchor: "end",
          dx: -14,
          fill: isOurs ? theme.ours : theme.text,
          fontWeight: isOurs ? 600 : 400,
        })
      ),
      Plot.ruleY(points, {
        y: "name",
        x1: "low",
        x2: "high",
        stroke: colour,
        strokeWidth: 3,
        strokeOpacity: 0.45,
      }),
      Plot.dot(points, { x: "value", y: "name", fill: colour, r: 6 }),
      Plot.text(points, {
        y: "name",
        text: "label",
        frameAnchor: "right",
        textAnchor: "end",
        dx: VALUES - 8,
        fill: theme.text,
      }),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  const bottom = TOP + ROW * points.length + BOTTOM;
  svg.append(
    text(8, 26, chart.title, theme.text, "font-size:18px;font-weight:600"),
    text(
      8,
      48,
      "This library in blue. A line is the range of the rounds.",
      theme.quiet,
    ),
    text(NAMES, bottom - 56, `${chart.axis}; logarithmic scale`, theme.quiet),
    ...chart.caption.map((line, i) =>
      text(8, bottom - 28 + 17 * i, line, theme.quiet, "font-size:12px")
    ),
  );
  return `${svg.outerHTML}\n`;
}

/** From the power of ten below all to a little above the highest. */
function domainOf(points: readonly Point[]): [number, number] {
  const low = Math.min(...points.map(({ low }) => low));
  const high = Math.max(...points.map(({ high }) => high));
  return [10 ** Math.floor(Math.log10(low)), high * 1.15];
}

function powersOf(points: readonly Point[]): number[] {
  const [low, high] = domainOf(points);
  const powers: number[] = [];
  for (let power = low; power <= high; power *= 10) powers.push(power);
  return powers;
}
