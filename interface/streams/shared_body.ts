import { type BodyInput, isLent, lentMemory } from "../../protocol/body.ts";

/** A descriptor that can be had twice. */
interface Duplicable extends Disposable {
  dup(): Disposable;
}

const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * A body that is sent to several peers: encoded once, with descriptors of its own, or
 * with a hold on a lease, which are closed when the last one that holds it lets it go.
 */
export class SharedBody {
  readonly #owned: readonly Disposable[];
  #holders = 1;
  /** What is sent. */
  readonly input: BodyInput;

  /**
   * Makes one that its maker holds.
   *
   * @throws {TypeError} If it has something in the place of descriptors that can't be
   * duplicated.
   * @throws What duplicating a descriptor throws.
   */
  constructor(input: BodyInput) {
    if (isLent(input)) {
      const held = input[lentMemory].hold();
      this.#owned = [held];
      this.input = held;
      return;
    }
    const isPlain = typeof input === "string" || input instanceof ArrayBuffer ||
      ArrayBuffer.isView(input);
    const data = isPlain ? input : input.data;
    const fds = this.#owned = isPlain ? [] : duplicate(input.fds ?? []);
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    // Only the transport knows what it can carry.
    this.input = fds.length === 0
      ? bytes
      : { data: bytes, fds } as unknown as BodyInput;
  }

  /** One more holds it. */
  hold(): void {
    this.#holders++;
  }

  /** One holds it no longer. */
  release(): void {
    if (--this.#holders === 0) closeAll(this.#owned);
  }
}

function duplicate(fds: readonly Disposable[]): Disposable[] {
  const copies: Disposable[] = [];
  try {
    for (const fd of fds) {
      const { dup } = fd as Partial<Duplicable>;
      if (typeof dup !== "function") {
        throw new TypeError(
          "A broadcast sends duplicates of descriptors, and this one has no dup()",
        );
      }
      copies.push(dup.call(fd));
    }
  } catch (error) {
    closeAll(copies);
    throw error;
  }
  return copies;
}

function closeAll(owned: readonly Disposable[]): void {
  for (const one of owned) one[Symbol.dispose]();
}
