/** The part of a `.cpuprofile` file that is used here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
    readonly positionTicks?: readonly { line: number; ticks: number }[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface Entry {
  time: number;
  readonly ticks: Map<number, number>;
}

/** The functions with the most time of their own, with their hottest lines. */
export function topOfProfile(json: string, count: number): string {
  const profile: CpuProfile = JSON.parse(json);
  const own = new Map<number, number>();
  for (const [i, id] of profile.samples.entries()) {
    own.set(id, (own.get(id) ?? 0) + (profile.timeDeltas[i] ?? 0));
  }
  const entries = new Map<string, Entry>();
  let busy = 0;
  for (const { id, callFrame, positionTicks = [] } of profile.nodes) {
    const time = own.get(id) ?? 0;
    const name = callFrame.functionName || "(anonymous)";
    if (name === "(idle)") continue;
    busy += time;
    const file = callFrame.url.replace(/^.*\/(?=[^/]+\/[^/]+$)/, "");
    const key = `${name} ${file}:${callFrame.lineNumber + 1}`;
    const entry = entries.get(key) ?? { time: 0, ticks: new Map() };
    entries.set(key, entry);
    entry.time += time;
    for (const { line, ticks } of positionTicks) {
      entry.ticks.set(line, (entry.ticks.get(line) ?? 0) + ticks);
    }
  }
  return [...entries]
    .sort(([, a], [, b]) => b.time - a.time)
    .slice(0, count)
    .map(([key, { time, ticks }]) => {
      const lines = [...ticks].sort(([, a], [, b]) => b - a).slice(0, 4)
        .map(([line, hits]) => `${line}x${hits}`).join(" ");
      const part = (100 * time / busy).toFixed(1).padStart(5);
      return `${part} %  ${key}  [${lines}]`;
    }).join("\n");
}
