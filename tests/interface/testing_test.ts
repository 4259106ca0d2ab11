/** A client and handlers in one process. */
import { assertEquals, assertThrows } from "@std/assert";
import { body, bytes, defineInterface } from "../../interface/mod.ts";
import { inMemory } from "../../interface/testing.ts";
import { rejectsWith } from "../support/expect.ts";
import { Camera, handlers } from "./support/camera.ts";

const Files = defineInterface({
  name: "Files",
  services: { copy: { id: 1, request: bytes, response: bytes } },
  streams: { note: { id: 1, body: body<string>() } },
});

Deno.test("Large bodies pass in memory, unless the options say otherwise", async () => {
  const notes: number[] = [];
  const copying = {
    copy: (data: Uint8Array<ArrayBuffer>) => data,
    note: (text: string) => void notes.push(text.length),
  };
  await using test = inMemory(Files, copying);
  const large = new Uint8Array(20_000_000).fill(1);
  assertEquals((await test.client.copy(large)).length, large.length);
  await test.client.note("x".repeat(100_000));
  await test.client.copy(new Uint8Array(1));
  assertEquals(notes, [100_000]);
  await using tight = inMemory(Files, copying, { maxBodyLenWrite: 100 });
  await rejectsWith("payload-too-large", () => tight.client.copy(large));
});

Deno.test("A missing handler, or one too many, is an error at once", () => {
  const { name: _name, ...others } = handlers;
  assertThrows(
    () => inMemory(Camera, others as never),
    TypeError,
    "The handlers of Camera have no function name",
  );
  assertThrows(
    () => inMemory(Camera, { ...handlers, nmae: () => "x" } as never),
    TypeError,
    "Camera has no service and no stream nmae",
  );
});
