import { InvalidArgumentError, Option } from "commander";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Reads a time such as `500ms`, `5s` or `2m`, in milliseconds. */
export function readDuration(text: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit!] ?? NaN);
  if (ms >= 1) return ms;
  throw new InvalidArgumentError("A time is a number with ms, s or m behind");
}

/** An option that takes a time, with its default as it is written there. */
export function durationOption(
  flags: string,
  description: string,
  initial: string,
): Option {
  return new Option(flags, description)
    .argParser(readDuration)
    .default(initial === "0s" ? 0 : readDuration(initial), initial);
}
