/** The text of whatever is thrown. */
import { assert, assertEquals } from "@std/assert";
import { errorText } from "../../internal/errors.ts";
import { unprintables } from "../support/values/unprintables.ts";

Deno.test("The text of an error is its message", () => {
  assertEquals(errorText(new Error("no light")), "no light");
  assertEquals(errorText(new DOMException("over", "AbortError")), "over");
  assertEquals(
    errorText({ message: "from another realm" }),
    "from another realm",
  );
});

Deno.test("An error without a message gives its name", () => {
  class Jammed extends Error {}
  const named = new Error();
  named.name = "Stuck";
  assertEquals(errorText(new TypeError()), "TypeError");
  assertEquals(errorText(new Error()), "Error");
  assertEquals(errorText(new Jammed()), "Jammed");
  assertEquals(errorText(named), "Stuck");
  assertEquals(errorText(new DOMException("", "AbortError")), "AbortError");
});

Deno.test("What is no error is given as text", () => {
  assertEquals(errorText("no light"), "no light");
  assertEquals(errorText(42), "42");
  assertEquals(errorText(5n), "5");
  assertEquals(errorText(undefined), "undefined");
  assertEquals(errorText(null), "null");
  assertEquals(errorText(Symbol("dark")), "Symbol(dark)");
  assertEquals(errorText(["a", "b"]), "a,b");
  assertEquals(errorText({ toString: () => "dark" }), "dark");
});

Deno.test("A message that is no string is made one", () => {
  assertEquals(errorText(Object.assign(new Error(), { message: 42 })), "42");
  const bad = Object.assign(new RangeError(), { message: { a: 1 } });
  assertEquals(errorText(bad), "RangeError");
  const symbol = Object.assign(new Error(), { message: Symbol("dark") });
  assertEquals(errorText(symbol), "Symbol(dark)");
});

for (const [name, value] of Object.entries(unprintables())) {
  Deno.test(`${name} has a text`, () => {
    const text = errorText(value);
    assertEquals(typeof text, "string");
    assert(text !== "");
  });
}
