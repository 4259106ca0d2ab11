/** All scenarios of the matrix. */
import type { Scenario } from "../scenario.ts";
import { bodies, overLimit, overLimitDatagram } from "./bodies.ts";
import { bothWays } from "./both_ways.ts";
import { CALL_SCENARIOS } from "./calls/mod.ts";
import { camera } from "./camera.ts";
import { nativeCloses, nativeDies, thisSideCloses } from "./closing.ts";
import { descriptors, tooManyDescriptors } from "./descriptors.ts";
import { dropped, errorResponse, noReader, unknownService } from "./errors.ts";
import { flood } from "./flood.ts";
import { large, partialWrites } from "./large.ts";
import { oddIds } from "./odd_ids.ts";
import { parallel } from "./parallel.ts";
import { requests } from "./requests.ts";
import { shortFrame } from "./short_frame.ts";
import { streams } from "./streams.ts";
import { typedCamera } from "./typed_camera.ts";
import { updates } from "./updates.ts";

export const SCENARIOS: readonly Scenario[] = [
  requests,
  updates,
  parallel,
  errorResponse,
  unknownService,
  noReader,
  dropped,
  streams,
  bothWays,
  bodies,
  overLimit,
  overLimitDatagram,
  large,
  partialWrites,
  shortFrame,
  oddIds,
  flood,
  camera,
  typedCamera,
  thisSideCloses,
  nativeCloses,
  nativeDies,
  descriptors,
  tooManyDescriptors,
  ...CALL_SCENARIOS,
];
