/** The interface of the native program, as Rust source and as TypeScript. */
import { assertEquals } from "@std/assert";
import { readRust, toRust } from "../../interface/rust/mod.ts";
import { testWith } from "../support/permissions.ts";
import { Camera } from "./support/camera_interface.ts";

testWith(
  "read",
  "the native program's interface is what its source says",
  async () => {
    const source = new URL("native/src/camera.rs", import.meta.url);
    const [reading, ...more] = readRust(await Deno.readTextFile(source));
    assertEquals(more, []);
    assertEquals(reading?.problems, []);
    assertEquals(Camera.definition, reading?.definition);
  },
);

Deno.test("the native program's interface comes back to Rust", () => {
  const [reading] = readRust(toRust(Camera.definition));
  assertEquals(reading?.definition, Camera.definition);
});
