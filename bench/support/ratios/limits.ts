import { measureName } from "./measure.ts";
import type { Result } from "../rounds.ts";
import type { Arrangement } from "../table.ts";

/** What a result is to hold. */
export interface Limit {
  /** In words. */
  readonly text: string;
  /** Where it is checked. */
  readonly arrangement: Arrangement;
  /** Of what. */
  readonly name: string;
  /** Beside what. */
  readonly against: string;
  /** The figure that it is for, if there is one. */
  readonly value: (result: Result) => number | null | undefined;
  /** Whether a figure is good enough. */
  readonly holds: (value: number) => boolean;
  /** Whether the limit applies to byte streams only. */
  readonly byteStreamOnly?: true;
}

/** Those of the works that are compared with raw reads and writes. */
export const limits: readonly Limit[] = [{
  text: "256 in flight, two CPUs: at least 20 times the raw echo's rate",
  arrangement: "split",
  name: measureName.IN_FLIGHT_256,
  against: measureName.RAW_ECHO,
  value: (result) => result.ratios?.rate,
  holds: (value) => value >= 20,
  byteStreamOnly: true,
}, {
  text: "ping-pong p50, one CPU: at most 1.15 times the raw echo's",
  arrangement: "same",
  name: measureName.PING_PONG,
  against: measureName.RAW_ECHO,
  value: (result) => result.ratios?.p50,
  holds: (value) => value <= 1.15,
}, {
  text: "4 MiB bodies, two CPUs: at least 0.7 of a raw copy, each kept",
  arrangement: "split",
  name: measureName.LARGE,
  against: measureName.RAW_KEEP,
  value: (result) => result.ratios?.rate,
  holds: (value) => value >= 0.7,
}, {
  text:
    "4 MiB bodies that are disposed, two CPUs: at least 0.7 of a raw copy into one buffer",
  arrangement: "split",
  name: measureName.LARGE_DISPOSED,
  against: measureName.RAW_COPY,
  value: (result) => result.ratios?.rate,
  holds: (value) => value >= 0.7,
}, {
  text: "64 KiB echo p50, two CPUs: at most 1.2 times a raw echo's, each kept",
  arrangement: "split",
  name: measureName.BODIES_64_KIB,
  against: measureName.RAW_KEPT_64_KIB,
  value: (result) => result.ratios?.p50,
  holds: (value) => value <= 1.2,
  byteStreamOnly: true,
}, {
  text: "64 KiB echo p99, two CPUs: at most 1.5 times a raw echo's, each kept",
  arrangement: "split",
  name: measureName.BODIES_64_KIB,
  against: measureName.RAW_KEPT_64_KIB,
  value: (result) => result.ratios?.p99,
  holds: (value) => value <= 1.5,
  byteStreamOnly: true,
}, {
  text: "64 KiB echo, disposed, two CPUs: p99.9 at most 2000 us",
  arrangement: "split",
  name: measureName.DISPOSED_64_KIB,
  against: measureName.RAW_REUSED_64_KIB,
  value: (result) => result.sample.p999,
  holds: (value) => value <= 2000,
  byteStreamOnly: true,
}, {
  text: "1 MiB echo, two CPUs: at least 0.8 of a raw echo's rate, each kept",
  arrangement: "split",
  name: measureName.BODIES_1_MIB,
  against: measureName.RAW_KEPT_1_MIB,
  value: (result) => result.ratios?.rate,
  holds: (value) => value >= 0.8,
}];
