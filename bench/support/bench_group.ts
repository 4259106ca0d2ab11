/**
 * Registers a group of benches. The first one is what the others are compared with.
 *
 * Deno measures a function that isn't async without waiting for what it gives.
 */
export function benchGroup(
  group: string,
  benches: Readonly<Record<string, () => void | Promise<void>>>,
): void {
  let baseline = true;
  for (const [name, fn] of Object.entries(benches)) {
    Deno.bench({ name, group, baseline, fn });
    baseline = false;
  }
}
