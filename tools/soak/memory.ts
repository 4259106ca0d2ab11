import type { Figures } from "./figures.ts";
import { slopeOf } from "./slope.ts";

/** A time, in minutes, and bytes. */
type Point = [number, number];

const MIB = 1024 * 1024;

/** How the memory of a process grows. */
export class Memory {
  /** What the process is called. */
  readonly name: string;
  readonly #rss: Point[] = [];
  readonly #held: Point[] = [];

  /** Knows nothing yet. */
  constructor(name: string) {
    this.name = name;
  }

  /** Adds what a process takes; what it holds is only told where garbage was collected. */
  add(minutes: number, { rss, held }: Figures, collected: boolean): void {
    this.#rss.push([minutes, rss]);
    if (collected) this.#held.push([minutes, held]);
  }

  /** How fast it grows, in resident memory and in what JavaScript holds. */
  toString(): string {
    const [resident, held] = [this.#rss, this.#held].map(grows);
    return `Memory of ${this.name}: resident ${resident}; held by JavaScript ${held}`;
  }
}

function grows(points: readonly Point[]): string {
  const slope = slopeOf(points);
  if (slope === null) return "too short to say how it grows";
  const [first, last] = [points[0]!, points.at(-1)!]
    .map(([, bytes]) => (bytes / MIB).toFixed(1));
  const [perMinute, error] = [slope.perUnit, slope.error]
    .map((bytes) => (bytes / 1024).toFixed(0));
  return `${first} to ${last} MiB, ${perMinute} ± ${error} KiB a minute`;
}
