import type { ShownCall } from "../snapshot.ts";
import { element, svg } from "./element.ts";
import { duration } from "./format.ts";

/** How long the timeline is, in milliseconds. */
const SPAN = 30_000;
/** Its length as it is drawn. */
const WIDTH = 1000;
/** The most calls that are shown: the newest ones. */
const MAX_ROWS = 60;

/** The newest calls, each with a bar in time, and what is known of it. */
export class Timeline {
  readonly element: HTMLElement;
  readonly #rows = element("ol", { className: "calls" });
  readonly #empty = element("p", { className: "quiet" });
  readonly #calls = new Map<number, CallRow>();
  readonly #maxCalls: number;
  /** How far the clock of the server is ahead, in milliseconds. */
  #ahead = 0;

  /**
   * Has no call yet.
   *
   * @param empty What is said then.
   */
  constructor(maxCalls: number, empty: string) {
    this.#maxCalls = Math.min(maxCalls, MAX_ROWS);
    this.#empty.textContent = empty;
    this.element = element(
      "section",
      { className: "card timeline" },
      element(
        "h2",
        {},
        "Calls",
        element("small", {}, `the last ${SPAN / 1000} s from left to right`),
      ),
      this.#empty,
      this.#rows,
    );
  }

  /** Shows calls that have begun or changed. */
  show(calls: readonly ShownCall[]): void {
    for (const call of calls) {
      const row = this.#calls.get(call.id);
      if (row !== undefined) row.call = call;
      else {
        const row = new CallRow(call);
        this.#calls.set(call.id, row);
        this.#rows.prepend(row.element);
      }
    }
    for (const [id, row] of this.#calls) {
      if (this.#calls.size <= this.#maxCalls) break;
      row.element.remove();
      this.#calls.delete(id);
    }
    this.#empty.hidden = this.#calls.size > 0;
    this.draw();
  }

  /** Sets the clock by that of the server. */
  set time(at: number) {
    this.#ahead = at - Date.now();
  }

  /** Draws the bars, which move with time. */
  draw(): void {
    const now = Date.now() + this.#ahead;
    for (const row of this.#calls.values()) row.draw(now);
  }
}

/** A call: a line, with more below it when it is opened. */
class CallRow {
  readonly element = element("li");
  readonly #details = element("details");
  readonly #state = element("span", { className: "badge" });
  readonly #time = element("span", { className: "number" });
  readonly #more = element("div", { className: "more" });
  readonly #bar = svg("rect", { y: 5, height: 10, rx: 3, class: "bar" });
  readonly #ticks = svg("g", { class: "ticks" });
  #call: ShownCall;
  #isDrawnToTheEnd = false;

  constructor(call: ShownCall) {
    this.#call = call;
    const picture = svg(
      "svg",
      {
        ...{ viewBox: `0 0 ${WIDTH} 20`, preserveAspectRatio: "none" },
        "aria-hidden": "true",
      },
      this.#bar,
      this.#ticks,
    );
    this.#details.append(
      element(
        "summary",
        {},
        element("strong", {}, `${call.interface}.${call.service}`),
        this.#state,
        this.#time,
        element("span", { className: "from" }, call.from),
        picture,
      ),
      this.#more,
    );
    this.#details.addEventListener("toggle", () => this.#showMore());
    this.element.append(this.#details);
    this.call = call;
  }

  set call(call: ShownCall) {
    this.#call = call;
    this.#isDrawnToTheEnd = false;
    const { error, duration: took } = call;
    const [text, kind] = error !== null
      ? ["failed", "bad"]
      : took === null
      ? ["open", "wait"]
      : ["answered", "good"];
    this.#state.textContent = text;
    this.#state.className = `badge ${kind}`;
    this.element.dataset.state = text;
    this.#showMore();
  }

  draw(now: number): void {
    const { at, duration: took, updates } = this.#call;
    const age = now - at;
    const shown = took ?? Math.max(0, age);
    this.#time.textContent = duration(shown);
    if (age - shown > SPAN) {
      if (this.#isDrawnToTheEnd) return;
      this.#isDrawnToTheEnd = true;
    }
    const x = (ms: number): number => WIDTH * (1 - (age - ms) / SPAN);
    this.#bar.setAttribute("x", `${Math.max(0, x(0))}`);
    // A short call is seen, too.
    const width = Math.max(4, x(shown) - Math.max(0, x(0)));
    this.#bar.setAttribute("width", `${x(shown) < 0 ? 0 : width}`);
    this.#ticks.replaceChildren(
      ...updates.filter(({ after }) => x(after) >= 0).map(({ after }) =>
        svg("rect", { x: x(after), y: 1, width: 2, height: 18 })
      ),
    );
  }

  #showMore(): void {
    if (!this.#details.open) return;
    const { at, error, request, response, updates, updateCount } = this.#call;
    const lines: (HTMLElement | null)[] = [
      element(
        "p",
        { className: "quiet" },
        `at ${new Date(at).toLocaleTimeString()}`,
      ),
      bodyLine("request", request),
      ...updates.map(({ name, after, body }) =>
        bodyLine(`${name} after ${duration(after)}`, body ?? "")
      ),
      updates.length < updateCount
        ? element(
          "p",
          {},
          `${updateCount} updates, of which these are the newest`,
        )
        : null,
      bodyLine("response", response),
      error === null ? null : element("p", { className: "error" }, error),
    ];
    this.#more.replaceChildren(...lines.filter((line) => line !== null));
  }
}

function bodyLine(name: string, body: string | undefined): HTMLElement | null {
  if (body === undefined) return null;
  return element("p", {}, `${name} `, element("code", {}, body));
}
