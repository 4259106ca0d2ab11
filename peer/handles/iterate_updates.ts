/** Iterates over what `next` gives until null. Leaving the loop early ends nothing. */
export function iterateUpdates<T>(
  next: () => Promise<T | null>,
): AsyncIterableIterator<T> {
  return {
    async next(): Promise<IteratorResult<T>> {
      const value = await next();
      return value === null
        ? { done: true, value: undefined }
        : { done: false, value };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
