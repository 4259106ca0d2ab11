/** Iterates over what `take` gives until null. Leaving the loop early ends nothing else. */
export function iterate<T>(
  take: () => Promise<T | null>,
): AsyncIterableIterator<T> {
  let left = false;
  return {
    async next(): Promise<IteratorResult<T>> {
      const value = left ? null : await take();
      return value === null
        ? { done: true, value: undefined }
        : { done: false, value };
    },
    return(): Promise<IteratorResult<T>> {
      left = true;
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
