import type { PauseReason } from "../peer/flow/reading.ts";
import { connectionName } from "./connection_name.ts";
import type { ReadingStats } from "../peer/flow/reading.ts";
import type { ShownConnection, ShownListener } from "./snapshot.ts";

/** The figures of a listener. */
export interface ListenerStats extends Omit<ShownListener, "connections"> {
  readonly connections: readonly (Omit<ShownConnection, "who" | "paused"> & {
    readonly info: unknown;
    readonly reading: ReadingStats;
  })[];
}

/** The figures of a listener as pages show them; null where there are none. */
export function shownListener(
  stats: ListenerStats | undefined,
): ShownListener | null {
  if (stats === undefined) return null;
  const { accepted, open, refused, connections } = stats;
  return {
    ...{ accepted, open, refused },
    connections: connections.map(({ info, reading, ...figures }) => ({
      ...figures,
      who: connectionName(info),
      paused: reading.paused
        ? { by: pauseText(reading.by), since: reading.since }
        : null,
    })),
  };
}

/** What has to be taken for reading to go on. */
function pauseText(by: PauseReason): string {
  if (by === "inbox") return "its messages aren't taken";
  if (by === "replies") return "refusals aren't read";
  if ("stream" in by) return `stream ${by.stream} isn't taken`;
  return `updates of request ${by.updatesOf} aren't taken`;
}
