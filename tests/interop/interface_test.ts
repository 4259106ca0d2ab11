/** The interface of the native program, as Rust source and as TypeScript. */
import { assertEquals } from "@std/assert";
import type { InterfaceDefinition } from "../../interface/mod.ts";
import { readRust, toRust } from "../../interface/rust/mod.ts";
import { testWith } from "../support/permissions.ts";
import { Camera } from "./support/camera_interface.ts";

/** A definition without that one of its updates cancels, which Rust has no word for. */
function asInRust(definition: InterfaceDefinition): InterfaceDefinition {
  const services = definition.services.map((service) => ({
    ...service,
    requestUpdates: service.requestUpdates.map(({ cancels: _, ...update }) =>
      update
    ),
  }));
  return { ...definition, services };
}

testWith(
  "read",
  "the native program's interface is what its source says",
  async () => {
    const source = new URL("native/src/camera.rs", import.meta.url);
    const [reading, ...more] = readRust(await Deno.readTextFile(source));
    assertEquals(more, []);
    assertEquals(reading?.problems, []);
    assertEquals(asInRust(Camera.definition), reading?.definition);
  },
);

Deno.test("the native program's interface comes back to Rust", () => {
  const [reading] = readRust(toRust(Camera.definition));
  assertEquals(reading?.definition, asInRust(Camera.definition));
});
