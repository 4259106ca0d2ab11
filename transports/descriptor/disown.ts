/** The method by which a FileDescriptor gives its number to another owner in this library. */
export const disown: unique symbol = Symbol("disown");

/**
 * By number, the descriptors that calls wait for: what ends those calls. Kept apart
 * from the code of those calls, which is loaded with the first of them.
 */
export const waits: Map<number, { close(): void }> = new Map();
