interface Core {
  refOpPromise?(promise: Promise<unknown>): void;
  unrefOpPromise?(promise: Promise<unknown>): void;
}

/**
 * Tells whether a call of the C library that goes on keeps the program alive.
 * Deno has this for its own sockets, and for such calls only inside of itself:
 * without that door, which a later version may close, they always do.
 */
export function setPromiseRef(promise: Promise<unknown>, ref: boolean): void {
  const { internal } = Deno as unknown as { internal?: symbol };
  if (internal === undefined) return;
  const deno = Deno as unknown as Record<symbol, { core?: Core } | undefined>;
  const core = deno[internal]?.core;
  if (ref) core?.refOpPromise?.(promise);
  else core?.unrefOpPromise?.(promise);
}
