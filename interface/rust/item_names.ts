import { joinCapitalized, rustIdentifier, toSnakeCase } from "./names.ts";

/** Methods that each client of the crate has. */
const CLIENT = ["new", "close", "close_handle"];

/**
 * Gives the items of a list names in snake_case, each another one. The crate's macro
 * makes a variant `FooBar` of `foo_bar`, as well as of `foo_bar_`, and methods of some.
 */
export class ItemNames {
  /** There can't be a variant `Self`. */
  readonly #variants = new Set(["Self"]);
  readonly #methods = new Set(CLIENT);

  /** The name of an item. `method` is what the client calls it by. */
  of(name: string, method?: (identifier: string) => string): string {
    const wanted = toSnakeCase(name);
    for (let count = 1;; count++) {
      const free = count === 1 ? wanted : `${wanted}_${count}`;
      const variant = joinCapitalized(free.split("_"));
      const identifier = rustIdentifier(free);
      const call = method?.(identifier);
      if (this.#variants.has(variant)) continue;
      if (call !== undefined && this.#methods.has(call)) continue;
      this.#variants.add(variant);
      if (call !== undefined) this.#methods.add(call);
      return identifier;
    }
  }
}
