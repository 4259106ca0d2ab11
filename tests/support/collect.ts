import { tick } from "../../internal/event_loop.ts";

declare const gc: () => void;

/**
 * Turns of the event loop, in which finalizers run: so many, or until something
 * holds. Needs `--v8-flags=--expose-gc`.
 */
export async function collect(
  turns: number,
  holds: () => boolean = () => false,
): Promise<void> {
  for (let i = 0; i < turns && !holds(); i++) {
    gc();
    await tick();
  }
}
