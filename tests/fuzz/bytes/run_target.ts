import { Prng } from "../prng.ts";
import { minimize, mutate } from "./mutator.ts";
import type { Bytes, Target } from "./target.ts";

/** An input may take so long, in milliseconds, on a machine that has other work too. */
const MAX_TIME = 10_000;

/** An input that does what it must not. */
export interface BadInput {
  readonly target: Target;
  readonly input: Bytes;
  readonly error: unknown;
}

/** Gives a target so many mutations; null if all are taken or refused as they must be. */
export async function runTarget(
  target: Target,
  { seed, runs, onRun }: {
    readonly seed: number;
    readonly runs: number;
    readonly onRun?: (outcome: string) => void;
  },
): Promise<BadInput | null> {
  const random = new Prng(seed);
  for (let i = 0; i < runs; i++) {
    const input = mutate(target, random);
    try {
      const outcome = await runTimed(target, input);
      onRun?.(outcome);
    } catch (error) {
      const fails = (input: Bytes): Promise<boolean> =>
        runTimed(target, input).then(() => false, () => true);
      return { target, input: await minimize(input, fails), error };
    }
  }
  return null;
}

/** Gives it one input. */
export async function runTimed(target: Target, input: Bytes): Promise<string> {
  const began = Date.now();
  const outcome = await target.run(input.slice());
  const time = Date.now() - began;
  if (time <= MAX_TIME) return outcome;
  throw new Error(`${input.length} bytes take ${time} ms`);
}

/** An input as text, which `fromHex` reads. */
export function toHex(input: Bytes): string {
  return Array.from(input, (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/** Reads a text of `toHex`. */
export function fromHex(text: string): Bytes {
  const pairs = text.trim().match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => parseInt(pair, 16));
}
