/**
 * After how long a test counts as hung, in milliseconds. It is a guard, not
 * something to wait for: so it is far longer than any test takes, also where many
 * programs share the machine.
 */
export const HANGS_AFTER = 120_000;
