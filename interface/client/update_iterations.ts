/** The iterations over the updates of one request, and how often they have moved. */
export class UpdateIterations {
  #open = 0;
  #moves = 0;
  /** Made when it is asked for. */
  #moved: PromiseWithResolvers<void> | null = null;

  /** How many iterations have begun and not ended. */
  get open(): number {
    return this.#open;
  }

  /** How often an iteration has asked for an update or has ended. */
  get moves(): number {
    return this.#moves;
  }

  /** Resolves at the next move. */
  get moved(): Promise<void> {
    return (this.#moved ??= Promise.withResolvers()).promise;
  }

  /** Iterates over what `take` gives, until null, an error, or the end of the loop. */
  iterate<T>(take: () => Promise<T | null>): AsyncIterableIterator<T> {
    let state: "new" | "under way" | "ended" = "new";
    const end = (): void => {
      if (state === "under way") {
        this.#open--;
        this.#move();
      }
      state = "ended";
    };
    const next = async (): Promise<IteratorResult<T>> => {
      if (state === "ended") return { done: true, value: undefined };
      if (state === "new") {
        this.#open++;
        state = "under way";
      }
      this.#move();
      try {
        const value = await take();
        if (value !== null) return { done: false, value };
      } catch (error) {
        end();
        throw error;
      }
      end();
      return { done: true, value: undefined };
    };
    return {
      next,
      return() {
        end();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #move(): void {
    this.#moves++;
    this.#moved?.resolve();
    this.#moved = null;
  }
}
