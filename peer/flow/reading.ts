/**
 * Why reading is paused:
 *
 * - `"inbox"`: requests and stream messages aren't taken.
 * - `"replies"`: the peer's own refusals aren't read by the other side, which has
 *   more requests open than `maxOpenReceivedRequests`.
 * - `updatesOf`: the updates of the request with that id aren't taken.
 * - `stream`: the messages of the stream with that id aren't taken, which has a
 *   subscription without `keep`.
 */
export type PauseReason = "inbox" | "replies" | {
  /** The id of the request. */
  readonly updatesOf: number;
} | {
  /** The id of the stream. */
  readonly stream: number;
};

/** Whether a connection reads, as `stats().reading` gives it. */
export type ReadingStats = {
  /** It reads. */
  readonly paused: false;
} | {
  /** It reads nothing, responses neither. */
  readonly paused: true;
  /** Since when, in milliseconds since 1970, as Date.now(). */
  readonly since: number;
  /** What has to be taken for it to go on. */
  readonly by: PauseReason;
};
