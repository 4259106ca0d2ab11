import type { LinkStatus } from "./link_status.ts";
import type { SubchannelState } from "./subchannel_state.ts";

/** A subchannel, as far as the status of its link goes. */
export interface SubchannelStatus {
  readonly state: SubchannelState;
  readonly error: unknown;
  readonly retryAt: number | null;
}

/**
 * The status of an open link: of the subchannel that is furthest.
 *
 * @param sinceEpoch What makes a time of the clock a time of day.
 */
export function statusOf(
  subchannels: readonly SubchannelStatus[],
  sinceEpoch: number,
): LinkStatus {
  const has = (wanted: SubchannelState): boolean =>
    subchannels.some(({ state }) => state === wanted);
  if (has("connected")) {
    return { state: "connected", error: null, retryAt: null };
  }
  const failed = subchannels.find(({ error }) => error !== null);
  const error = failed?.error ?? null;
  if (has("connecting")) return { state: "connecting", error, retryAt: null };
  const times = subchannels.flatMap(({ retryAt }) =>
    retryAt === null ? [] : [retryAt]
  );
  const retryAt = Math.round(Math.min(...times) + sinceEpoch);
  return { state: "waiting", error, retryAt };
}
