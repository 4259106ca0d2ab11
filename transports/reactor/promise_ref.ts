interface Core {
  refOpPromise?(promise: Promise<unknown>): void;
  unrefOpPromise?(promise: Promise<unknown>): void;
}

/**
 * Sets whether a pending call of the C library keeps the program alive. Deno has a
 * public method for its own sockets, but only an internal one for such calls. If a
 * later version of Deno lacks it, they always keep the program alive.
 */
export function setPromiseRef(promise: Promise<unknown>, ref: boolean): void {
  const { internal } = Deno as unknown as { internal?: symbol };
  if (internal === undefined) return;
  const deno = Deno as unknown as Record<symbol, { core?: Core } | undefined>;
  const core = deno[internal]?.core;
  if (ref) core?.refOpPromise?.(promise);
  else core?.unrefOpPromise?.(promise);
}
