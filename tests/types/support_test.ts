import { compiles, type Equal, type Expect, holds } from "./support.ts";

Deno.test("Equal tells types apart that are assignable to each other", () => {
  compiles(() => {
    holds<Equal<string, string>>();
    holds<Equal<{ a?: 1 }, { a?: 1 }>>();
    // @ts-expect-error a literal is no string
    holds<Equal<"a", string>>();
    // @ts-expect-error unknown is not string
    holds<Equal<unknown, string>>();
    // @ts-expect-error optional is not undefined
    holds<Equal<{ a?: 1 }, { a: 1 | undefined }>>();
    // @ts-expect-error readonly makes another type
    holds<Equal<{ readonly a: 1 }, { a: 1 }>>();
    // deno-lint-ignore no-explicit-any -- `any` must not pass for everything
    type Anything = any;
    // @ts-expect-error any is not string
    holds<Equal<Anything, string>>();
    // @ts-expect-error false is not true
    type Wrong = Expect<false>;
    return null as Wrong | null;
  });
});
