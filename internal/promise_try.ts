/**
 * Calls a function, and gives its result, or what it throws, as a promise. The same
 * as `Promise.try`, which Node 22 lacks.
 */
export function promiseTry<T>(call: () => T | PromiseLike<T>): Promise<T> {
  return new Promise((resolve) => resolve(call()));
}
