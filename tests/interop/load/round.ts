import type { Prng } from "../../fuzz/prng.ts";
import type { Scene } from "../matrix/scene.ts";
import type { Fate } from "./fates.ts";

/** Requests over one connection, in the middle of which a fate comes over the native side. */
export type Round = (
  scene: Scene,
  fate: Fate,
  prng: Prng,
  /** How many requests there are to be. */
  count: number,
) => Promise<[sent: number, failed: number]>;
