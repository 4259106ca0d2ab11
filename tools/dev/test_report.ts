import { FILE_END_MARK } from "./file_end_mark.ts";

/** What was seen of a test file so far. */
interface Counts {
  passed: number;
  failed: number;
  ignored: number;
  /** How long its tests took together, in milliseconds. */
  ms: number;
}

const RESULT =
  /^(?:\.\/)?(\S+) => (.+) \.\.\. (ok|FAILED|ignored)(?: \((?:due to .+\) \()?(.+)\))?$/;
const OUTPUT_BEGINS = /^-+ (?:pre-test |post-test )?output -+$/;
const OUTPUT_ENDS = /-+ (?:pre-test |post-test )?output end -+$/;

/** The only output of passing tests that is shown: `.ci/run` adds up its numbers. */
const SHOWN_OUTPUT = /^Interop over /;

/** What the names of ignored tests and steps end in. */
const NEEDS = /.*\[needs (.+)\]$/;

/** How many of the lines that were printed meanwhile are shown with a failure. */
const MAX_OUTPUT = 50;

/** What Deno puts between the names of a test and its step. */
const STEP = " ... ";

/**
 * Turns the output of `deno test --parallel` into one line for each file. Failed
 * tests are shown as they are, with what was printed meanwhile; so is everything
 * from the errors to the end, where Deno's summary is.
 */
export class TestReport {
  readonly #print: (line: string) => void;
  readonly #nameOf: (file: string) => string;
  readonly #files = new Map<string, Counts>();
  /**
   * The last lines that tests have printed. Deno doesn't tell which test printed
   * them.
   */
  #output: string[] = [];
  #inOutput = false;
  #inErrors = false;
  /** How many tests were ignored, by what they need; null for those that don't say. */
  readonly #ignored = new Map<string | null, number>();

  /** Makes an empty report; `print` takes each line of it, `nameOf` names a file. */
  constructor(
    print: (line: string) => void,
    nameOf: (file: string) => string = (file) => file,
  ) {
    this.#print = print;
    this.#nameOf = nameOf;
  }

  /** Takes the next line of Deno's output. */
  line(line: string): void {
    if (this.#inErrors) return this.#print(line);
    if (line.startsWith(FILE_END_MARK)) return this.#onFileEnd(line);
    const result = RESULT.exec(line);
    if (OUTPUT_ENDS.test(line)) this.#inOutput = false;
    else if (OUTPUT_BEGINS.test(line)) this.#inOutput = true;
    else if (result !== null) this.#onResult(result);
    else if (this.#inOutput) this.#onOutput(line);
    else if (line !== "") this.#onRest(line);
  }

  /** Ends the report, at the end of the output, with what was skipped and why. */
  end(): void {
    if (!this.#inErrors) this.#finish();
    for (const [needs, count] of this.#ignored) {
      const tests = count === 1 ? "1 test" : `${count} tests`;
      const why = needs === null ? "without a reason" : `for lack of ${needs}`;
      this.#print(`Skipped ${tests} ${why}`);
    }
  }

  #onResult([line, file, name, result, time]: RegExpExecArray): void {
    const counts = this.#files.get(file!) ??
      { passed: 0, failed: 0, ignored: 0, ms: 0 };
    this.#files.set(file!, counts);
    if (result === "FAILED") {
      for (const printed of this.#output) this.#print(`  ${printed}`);
      this.#output = [];
      this.#print(line);
    }
    if (result === "ignored") {
      const needs = NEEDS.exec(name!)?.[1] ?? null;
      this.#ignored.set(needs, (this.#ignored.get(needs) ?? 0) + 1);
    }
    if (name!.includes(STEP)) return;
    counts.ms += milliseconds(time);
    if (result === "ok") counts.passed++;
    else if (result === "FAILED") counts.failed++;
    else counts.ignored++;
  }

  #onOutput(line: string): void {
    if (SHOWN_OUTPUT.test(line)) this.#print(line);
    else if (this.#output.push(line) > MAX_OUTPUT) this.#output.shift();
  }

  /** Except for blank lines, nothing else comes before the errors and the summary. */
  #onRest(line: string): void {
    if (/^ ERRORS $|^(?:ok|FAILED) \| /.test(line)) {
      this.#inErrors = true;
      this.#finish();
      this.#print("");
    }
    this.#print(line);
  }

  #onFileEnd(line: string): void {
    const url = line.slice(FILE_END_MARK.length);
    for (const file of this.#files.keys()) {
      if (url.endsWith(`/${file.replace(/^(?:\.\.\/)+/, "")}`)) {
        this.#printFile(file);
      }
    }
  }

  #printFile(file: string): void {
    const { passed, failed, ignored, ms } = this.#files.get(file)!;
    this.#files.delete(file);
    const counts = [`${passed} passed`];
    if (failed > 0) counts.push(`${failed} failed`);
    if (ignored > 0) counts.push(`${ignored} ignored`);
    const name = this.#nameOf(file);
    this.#print(`${name}: ${counts.join(", ")} (${Math.round(ms)} ms)`);
  }

  #finish(): void {
    for (const file of [...this.#files.keys()]) this.#printFile(file);
  }
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  "µs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Reads a time as Deno prints it, such as "597µs", "12ms" or "1m3s". */
function milliseconds(time = ""): number {
  let sum = 0;
  for (const [, number, unit] of time.matchAll(/(\d+)([a-zµ]+)/g)) {
    sum += Number(number) * (UNITS[unit!] ?? 0);
  }
  return sum;
}
