/** The property by which a lease of shared memory gives what can be sent of it. */
export const lentMemory: unique symbol = Symbol("lentMemory");

/** Memory that was lent, and can be sent as a body: a `SharedMemoryLease`. */
export interface LentInput {
  /** Its bytes. Transports of this library send the memory itself, or a copy of it. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** @internal */
  readonly [lentMemory]: LentMemory;
}

/** What can be sent of a lease. */
export interface LentMemory {
  /**
   * A copy of its bytes, for transports that can't pass memory on.
   *
   * @throws {TypeError} If the lease has been released.
   */
  copy(): Uint8Array<ArrayBuffer>;
  /**
   * The same for another one who sends it later. The memory isn't lent again until
   * that is disposed too.
   *
   * @throws {TypeError} If the lease has been released.
   */
  hold(): LentInput & Disposable;
}

/** Whether what the user gave is a lease. */
export function isLent(input: unknown): input is LentInput {
  return typeof input === "object" && input !== null && lentMemory in input;
}
