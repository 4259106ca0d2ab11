import { InvalidArgumentError } from "commander";

/** Reads how many there are to be. */
export function readCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("It is a number of at least 1");
}
