/**
 * Explores all interleavings of threads that share memory by `Atomics`.
 *
 * A thread is an ordinary function. It is run again and again from its beginning:
 * the steps that it has made already give what they gave before, then it makes one
 * step more, and stops at the next. So the code under test is the real one, and
 * each `Atomics` operation in it is a step.
 *
 * @module
 */

/** What a thread does in addition to `Atomics`; each is a step too. */
export interface Steps {
  /** Wakes the other thread. */
  wake(): void;
  /** Sleeps until it is woken; a wake-up that came before counts. */
  sleepUntilWoken(): void;
}

/** A thread. It may hold no state outside, as it is run many times. */
export type Thread = (steps: Steps, memory: Int32Array<ArrayBuffer>) => void;

/** What there was to explore. */
export interface Explored {
  /** How many different states. */
  readonly states: number;
  /** How many of them are ends. */
  readonly ends: number;
}

/** Stops a thread in front of a step that is not its turn. */
const PAUSE = Symbol("pause");

interface State {
  readonly memory: Int32Array<ArrayBuffer>;
  /** Wake-ups that each thread has been given and hasn't used. */
  readonly wakes: readonly number[];
  /** What the steps of each thread have given so far. */
  readonly logs: readonly (readonly number[])[];
}

interface Run {
  readonly state: State;
  /** Whether it has come to its end. */
  readonly ended: boolean;
  /** Whether it sleeps, so that it can't make a step. */
  readonly sleeps: boolean;
}

/**
 * Explores from a memory of zeros.
 *
 * @param words How many words the memory has.
 * @param atEnd Checks each state in which all threads have ended.
 * @throws {Error} If threads sleep that nobody will wake; with their steps.
 */
export function explore(
  words: number,
  threads: readonly Thread[],
  atEnd: (memory: Int32Array<ArrayBuffer>) => void = () => {},
): Explored {
  const start: State = {
    memory: new Int32Array(words),
    wakes: threads.map(() => 0),
    logs: threads.map(() => []),
  };
  const seen = new Set<string>([keyOf(start)]);
  const open = [start];
  let ends = 0;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const runs = threads.map((_, i) => step(threads, state, i));
    if (runs.every(({ ended }) => ended)) {
      ends++;
      atEnd(state.memory.slice());
    } else if (runs.every(({ ended, sleeps }) => ended || sleeps)) {
      throw new Error(
        `A wake-up is lost, after the steps ${JSON.stringify(state.logs)}`,
      );
    }
    for (const { state: next, ended, sleeps } of runs) {
      const key = keyOf(next);
      if (ended || sleeps || seen.has(key)) continue;
      seen.add(key);
      open.push(next);
    }
  }
  return { states: seen.size, ends };
}

function keyOf({ memory, wakes, logs }: State): string {
  let used = "";
  for (let word = 0; word < memory.length; word++) {
    const value = memory[word];
    if (value !== 0) used += `${word}=${value},`;
  }
  return `${used};${wakes.join()};${logs.join(";")}`;
}

/** Lets one thread make its next step. */
function step(threads: readonly Thread[], state: State, index: number): Run {
  const memory = state.memory.slice();
  const wakes = [...state.wakes];
  const log = [...state.logs[index]!];
  const before = log.length;
  let at = 0;
  let sleeps = false;
  const next = (run: () => number): number => {
    if (at < before) return log[at++]!;
    if (log.length > before) throw PAUSE;
    const result = run();
    log.push(result);
    at++;
    return result;
  };
  const steps: Steps = {
    wake: () => void next(() => ++wakes[1 - index]!),
    sleepUntilWoken: () =>
      void next(() => {
        if (wakes[index]! > 0) return --wakes[index]!;
        sleeps = true;
        throw PAUSE;
      }),
  };
  const { load, store, compareExchange } = Atomics;
  Object.assign(Atomics, {
    load: (words: Int32Array, word: number) => next(() => load(words, word)),
    store: (words: Int32Array, word: number, value: number) =>
      next(() => store(words, word, value)),
    compareExchange: (
      words: Int32Array,
      word: number,
      from: number,
      to: number,
    ) => next(() => compareExchange(words, word, from, to)),
  });
  let ended = false;
  try {
    threads[index]!(steps, memory);
    ended = log.length === before;
  } catch (error) {
    if (error !== PAUSE) throw error;
  } finally {
    Object.assign(Atomics, { load, store, compareExchange });
  }
  const logs = state.logs.with(index, log);
  return { state: { memory, wakes, logs }, ended, sleeps };
}
