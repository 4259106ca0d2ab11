import { assertThrows } from "@std/assert";
import { body, defineInterface } from "../../../interface/mod.ts";

/** Declares past the types. */
function declare(requestUpdates: object): void {
  const services = { record: { id: 1, requestUpdates } };
  defineInterface({ name: "Camera", services } as unknown as { name: string });
}

Deno.test("One update of a service may cancel, and has no body then", () => {
  declare({ stop: { id: 1, cancels: true }, go: { id: 2, cancels: false } });
  assertThrows(
    () => declare({ stop: { id: 1, cancels: true, body: body<string>() } }),
    TypeError,
    "request update of record, stop, cancels, so it can't have a body",
  );
  assertThrows(
    () => declare({ a: { id: 1, cancels: true }, b: { id: 2, cancels: true } }),
    TypeError,
    "Only one request update of record may cancel, but a and b do",
  );
});
