/** What a fuzz has done so far, told each 10 seconds and at its end. */
export class FuzzReport {
  readonly #began = Date.now();
  readonly #ends: number;
  readonly #counts = new Map<string, number>();
  readonly #timer: ReturnType<typeof setInterval>;
  /** Whether it has found something. */
  failed = false;

  /** Begins to tell. */
  constructor(minutes: number) {
    this.#ends = this.#began + minutes * 60_000;
    this.#timer = setInterval(() => console.log(this.#line()), 10_000);
  }

  /** Whether it is to stop. */
  get over(): boolean {
    return this.failed || Date.now() >= this.#ends;
  }

  /** Counts something. */
  count(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  /** Tells of a failure, after which it stops. */
  fail(text: string): void {
    this.failed = true;
    console.error(text);
  }

  /** Tells what it has come to. */
  end(): void {
    clearInterval(this.#timer);
    console.log(this.#line());
    console.log(this.failed ? "fuzz: FAILED" : "fuzz: nothing found");
  }

  #line(): string {
    const seconds = Math.round((Date.now() - this.#began) / 1000);
    const counts = [...this.#counts].map(([what, n]) =>
      `${n.toLocaleString("en")} ${what}`
    );
    return `fuzz: ${seconds} s: ${counts.join(", ")}`;
  }
}
