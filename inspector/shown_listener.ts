import type { ListenerStats } from "../listener/listener_stats.ts";
import type { PauseReason } from "../peer/flow/reading.ts";
import { connectionName } from "./connection_name.ts";
import type { ShownListener } from "./snapshot.ts";

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
