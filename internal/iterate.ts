/**
 * Iterates over what `take` gives until null. Leaving the loop early ends nothing else.
 *
 * @param takeNow Gives what can be taken without waiting, or undefined. The promise that
 * this saves was a tenth of the time of a receiver of updates.
 */
export function iterate<T>(
  take: () => Promise<T | null>,
  takeNow?: () => T | undefined,
): AsyncIterableIterator<T> {
  let left = false;
  const wait = async (): Promise<IteratorResult<T>> => {
    const value = left ? null : await take();
    return value === null
      ? { done: true, value: undefined }
      : { done: false, value };
  };
  return {
    next(): Promise<IteratorResult<T>> {
      const value = left ? undefined : takeNow?.();
      return value === undefined
        ? wait()
        : Promise.resolve({ done: false, value });
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
