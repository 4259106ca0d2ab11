import type { AnyUpdate } from "./interceptor.ts";

/** What an update passes, as untyped as its interceptor is here. */
export type UpdateMap = (update: AnyUpdate) => AnyUpdate;

/** The functions that the updates of one call pass. */
export class UpdateMaps {
  readonly #service: string;
  /** By the place of the interceptor; 0 is the outermost one. */
  readonly #levels: (UpdateMap[] | undefined)[] = [];

  /** Makes it for a call of a service. */
  constructor(service: string) {
    this.#service = service;
  }

  /** Has updates pass a function of an interceptor. */
  add(level: number, map: UpdateMap): void {
    (this.#levels[level] ??= []).push(map);
  }

  /** Makes of an update what is sent or received: the innermost interceptor comes first. */
  apply(update: AnyUpdate): AnyUpdate {
    let mapped = update;
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      for (const map of this.#levels[level] ?? []) {
        mapped = map(mapped);
        if (typeof mapped?.name === "string") continue;
        throw new TypeError(
          `A function given to mapUpdate() for ${this.#service} must return an update, such as the one that it was given`,
        );
      }
    }
    return mapped;
  }
}
