import type { Sample } from "../stats.ts";

/** Something to measure, and what it is compared with. */
export interface Measure {
  /** What the table calls it. */
  readonly name: string;
  /** Runs one round of it. */
  run(): Promise<Sample>;
}

/** A raw measure, and the RPC measures that are set against it. */
export interface MeasureGroup {
  /** The raw one. */
  readonly baseline: Measure;
  /** The RPC ones. */
  readonly subjects: readonly Measure[];
}

/** Names that the limits refer to. */
export const measureName = {
  RAW_ECHO: "raw echo, serial",
  PING_PONG: "ping-pong",
  IN_FLIGHT_256: "256 in flight",
  RAW_COPY: "raw copy, 4 MiB, into one buffer",
  RAW_KEEP: "raw copy, 4 MiB, each kept",
  LARGE: "4 MiB bodies, 4 in flight",
  LARGE_DISPOSED: "4 MiB bodies, 4 in flight, disposed",
  RAW_KEPT_64_KIB: "raw echo, 64 KiB, each kept",
  BODIES_64_KIB: "64 KiB bodies",
  DISPOSED_64_KIB: "64 KiB bodies, disposed",
  RAW_REUSED_64_KIB: "raw echo, 64 KiB, one buffer",
  RAW_KEPT_1_MIB: "raw echo, 1 MiB, each kept",
  BODIES_1_MIB: "1 MiB bodies",
} as const;
