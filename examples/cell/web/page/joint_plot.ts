import { find } from "./elements.ts";

/** So long, in milliseconds, is what the plot shows. */
const SPAN = 10_000;
/** Degrees: the plot goes from minus to plus that. */
const LIMIT = 100;
const LINES = [-90, -45, 0, 45, 90];
const MARGIN = { left: 40, right: 6, top: 8, bottom: 22 };

interface State {
  readonly time: number;
  readonly joints: readonly number[];
}

/** Plots the joints over the last seconds, which move along. */
export class JointPlot {
  readonly #canvas = find("#plot", HTMLCanvasElement);
  readonly #context = this.#canvas.getContext("2d")!;
  readonly #angles = find("#angles", HTMLDListElement);
  readonly #states: State[] = [];
  readonly #outputs: HTMLOutputElement[] = [];

  /** Begins to draw, as often as the screen does. */
  constructor() {
    const draw = (): void => {
      this.#draw();
      requestAnimationFrame(draw);
    };
    draw();
  }

  /** Takes joint states. */
  add(joints: readonly number[]): void {
    const time = performance.now();
    this.#states.push({ time, joints });
    const first = this.#states.findIndex((state) => state.time > time - SPAN);
    // One more, from which the line comes into view.
    this.#states.splice(0, Math.max(0, first - 1));
    joints.forEach((angle, i) => {
      this.#outputs[i] ??= this.#addOutput(i);
      this.#outputs[i].value = degrees(angle);
    });
  }

  #addOutput(joint: number): HTMLOutputElement {
    const output = document.createElement("output");
    const term = document.createElement("dt");
    const value = document.createElement("dd");
    const row = document.createElement("div");
    term.append(`J${joint + 1}`);
    value.append(output);
    row.append(term, value);
    this.#angles.append(row);
    return output;
  }

  #draw(): void {
    const canvas = this.#canvas, context = this.#context;
    const { clientWidth: width, clientHeight: height } = canvas;
    const scale = devicePixelRatio;
    canvas.width = width * scale;
    canvas.height = height * scale;
    context.scale(scale, scale);
    const style = getComputedStyle(canvas);
    const color = (name: string): string => style.getPropertyValue(name);
    const now = performance.now();
    const inner = {
      width: width - MARGIN.left - MARGIN.right,
      height: height - MARGIN.top - MARGIN.bottom,
    };
    const x = (time: number): number =>
      MARGIN.left + inner.width * (1 - (now - time) / SPAN);
    const y = (angle: number): number =>
      MARGIN.top + inner.height * (LIMIT - angle) / (2 * LIMIT);

    context.font = `12px ${style.fontFamily}`;
    context.fillStyle = color("--quiet");
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.lineWidth = 1;
    for (const angle of LINES) {
      context.strokeStyle = color(angle === 0 ? "--edge" : "--grid");
      context.beginPath();
      context.moveTo(MARGIN.left, y(angle));
      context.lineTo(width - MARGIN.right, y(angle));
      context.stroke();
      context.fillText(degrees(angle), MARGIN.left - 8, y(angle));
    }
    context.textBaseline = "bottom";
    context.fillText("now", width - MARGIN.right, height);
    context.textAlign = "center";
    context.fillText("5 s ago", x(now - SPAN / 2), height);
    context.textAlign = "left";
    context.fillText("10 s ago", MARGIN.left, height);

    context.beginPath();
    context.rect(MARGIN.left, 0, inner.width + MARGIN.right, height);
    context.clip();
    context.lineWidth = 2;
    context.lineJoin = "round";
    this.#outputs.forEach((_, joint) => {
      context.strokeStyle = color(`--joint-${joint + 1}`);
      context.beginPath();
      for (const { time, joints } of this.#states) {
        context.lineTo(x(time), y(joints[joint]!));
      }
      context.stroke();
    });
  }
}

function degrees(angle: number): string {
  return `${angle.toFixed(0).replace("-", "\u2212")}°`;
}
