import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { svgText } from "./svg_text.ts";
import type { Theme } from "./theme.ts";

/** What a server held at a moment. */
export interface Moment {
  /** In seconds since the attack began. */
  readonly at: number;
  /** In MiB. */
  readonly resident: number;
}

/** A server over time. */
export interface Course {
  readonly name: string;
  readonly isOurs: boolean;
  readonly moments: readonly Moment[];
}

/** What a chart shows. */
export interface MemoryChart {
  readonly title: string;
  /** What was measured, and where and when. */
  readonly caption: string;
  readonly courses: readonly Course[];
}

const WIDTH = 800;
const HEIGHT = 420;
const TOP = 76;
const BOTTOM = 80;
const LEFT = 72;
const NAMES = 190;
/** Names keep so far from each other. */
const NAME_HEIGHT = 20;

/** Draws the memory of servers over time as SVG: a line for each. */
export function drawMemory(
  { title, caption, courses }: MemoryChart,
  theme: Theme,
): string {
  const { document } = parseHTML("<html></html>");
  const text = svgText(document);
  const most = Math.max(
    ...courses.flatMap(({ moments }) => moments.map((m) => m.resident)),
  );
  const end = Math.max(
    ...courses.flatMap(({ moments }) => moments.map((m) => m.at)),
  );
  const highest = most * 1.08;
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginTop: TOP,
    marginBottom: BOTTOM,
    marginLeft: LEFT,
    marginRight: NAMES,
    style: { fontSize: "14px", color: theme.text, background: "none" },
    x: { domain: [0, end], label: null },
    y: { domain: [0, highest], label: null },
    marks: [
      Plot.gridY({ stroke: theme.grid, strokeOpacity: 1 }),
      Plot.axisY({ tickSize: 0, fill: theme.quiet, label: null }),
      Plot.axisX({ tickSize: 0, fill: theme.quiet, label: null }),
      ...courses.map((course, i) =>
        Plot.line(course.moments, {
          x: "at",
          y: "resident",
          stroke: course.isOurs ? theme.ours : theme.others,
          strokeWidth: 2.5,
          // Lines of one colour are told apart without it, too.
          ...(course.isOurs && i > 0 ? { strokeDasharray: "6 4" } : {}),
        })
      ),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  const plotted = HEIGHT - TOP - BOTTOM;
  const names = courses.map((course) => ({
    ...course,
    y: TOP + plotted * (1 - course.moments.at(-1)!.resident / highest),
  })).sort((a, b) => a.y - b.y);
  names.forEach((name, i) => {
    const before = names[i - 1];
    if (before !== undefined) name.y = Math.max(name.y, before.y + NAME_HEIGHT);
  });
  svg.append(
    text(8, 26, title, theme.text, "font-size:18px;font-weight:600"),
    text(8, 50, "Resident memory of the server in MiB", theme.quiet),
    text(
      LEFT,
      HEIGHT - BOTTOM + 44,
      "seconds since the attack began",
      theme.quiet,
    ),
    text(8, HEIGHT - 10, caption, theme.quiet, "font-size:12px"),
    ...names.map(({ name, isOurs, y }) =>
      text(
        WIDTH - NAMES + 8,
        y + 5,
        name,
        isOurs ? theme.ours : theme.text,
        isOurs ? "font-weight:600" : "",
      )
    ),
  );
  return `${svg.outerHTML}\n`;
}
