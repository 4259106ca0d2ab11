/** Scenarios of what is around a call: errors, cancelling, deadlines, liveness, shutting down. */
import type { Scenario } from "../../scenario.ts";
import { onAborts, serveCancel } from "./cancelling.ts";
import { draining } from "./draining.ts";
import { errorTexts } from "./error_texts.ts";
import { ignoredHeartbeats, refusedHeartbeats } from "./heartbeats.ts";
import { metadata } from "./metadata.ts";
import { mistakenExtensions } from "./mistaken_extensions.ts";
import { newest } from "./newest.ts";
import { ignoredPings, refusedPings } from "./pings.ts";
import { refusals } from "./refusals.ts";
import { timeouts } from "./timeouts.ts";
import { typedCancels } from "./typed_cancels.ts";

export const CALL_SCENARIOS: readonly Scenario[] = [
  timeouts,
  onAborts,
  serveCancel,
  typedCancels,
  errorTexts,
  refusals,
  metadata,
  mistakenExtensions,
  refusedPings,
  ignoredPings,
  refusedHeartbeats,
  ignoredHeartbeats,
  draining,
  newest,
];
