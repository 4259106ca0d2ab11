/** True if two types are the same, `any` and optional properties included. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;

/** Takes nothing but true. */
export type Expect<T extends true> = T;

/** Compiles if a type is true, and does nothing. */
export function holds<_T extends true>(): void {}

/** Compiles if a value has a type, and does nothing. */
export function accepts<T>(_value: T): void {}

/** Takes code that only has to compile: it is never called. */
export function compiles(_code: (...args: never[]) => unknown): void {}
