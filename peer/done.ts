/** What a send returns that was done at once, so that the hot path can tell, and makes no promise. */
export const DONE: Promise<void> = Promise.resolve();
