/** Sets the time of day of this worker, made from the right one, until it is disposed. */
export function timeOfDay(set: (ms: number) => number): Disposable {
  const now = Date.now;
  Date.now = () => set(now());
  return { [Symbol.dispose]: () => void (Date.now = now) };
}
