import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { DiagnosticsMessages } from "../../diagnostics/mod.ts";

type Name = keyof DiagnosticsMessages;

/** Something that was published. */
export interface Published<N extends Name> {
  readonly name: N;
  readonly message: DiagnosticsMessages[N];
}

/** Collects what is published on channels, in one list, until it is disposed. */
export function collectMessages<N extends Name>(
  ...names: readonly N[]
): Published<N>[] & Disposable {
  const all: Published<N>[] = [];
  const listeners = names.map((name) => {
    const listener = (message: unknown): void => {
      all.push({ name, message: message as DiagnosticsMessages[N] });
    };
    subscribe(name, listener);
    return [name, listener] as const;
  });
  return Object.assign(all, {
    [Symbol.dispose]() {
      for (const [name, listener] of listeners) unsubscribe(name, listener);
    },
  });
}
