import { assertEquals, assertMatch } from "@std/assert";
import { assertFatal, decoderOf, frameOf, messageOf } from "./support.ts";

/** The error text that the head of a frame gives in the other byte order. */
function hint(
  sent: "little" | "big",
  bodyLen: number,
  maxBodyLenRead = 8192,
): string {
  const endian = sent === "little" ? "big" : "little";
  const message = messageOf(0, 1, 1, new Uint8Array(bodyLen));
  const decoder = decoderOf({ endian, maxBodyLenRead });
  decoder.push(frameOf(message, sent === "little"));
  assertFatal(decoder.error, "payload-too-large");
  assertEquals(decoder.error.limit, maxBodyLenRead);
  return decoder.error.message;
}

for (const sent of ["little", "big"] as const) {
  Deno.test(`Where a ${sent} endian length explains an absurd one, the error says so`, () => {
    for (const bodyLen of [0, 2, 200, 8192]) {
      const text = hint(sent, bodyLen);
      assertMatch(text, new RegExp(`it would have ${bodyLen} bytes`));
      assertMatch(text, new RegExp(`endian "${sent}"$`));
      assertMatch(text, /maxBodyLenRead/);
    }
  });

  Deno.test(`Where a ${sent} endian length is over the limit too, the error doesn't blame the byte order`, () => {
    assertMatch(hint(sent, 8193), /maxBodyLenRead, which is 8192$/);
    assertMatch(hint(sent, 200, 199), /maxBodyLenRead, which is 199$/);
    assertMatch(hint(sent, 200, 200), new RegExp(`endian "${sent}"$`));
  });
}

Deno.test("A length that is below 12 in the other byte order isn't explained by it", () => {
  const decoder = decoderOf();
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, 11, false);
  decoder.push(bytes);
  assertFatal(decoder.error, "payload-too-large");
  assertMatch(decoder.error.message, /maxBodyLenRead, which is 8192$/);
});

Deno.test("A length that reads the same in both byte orders isn't explained by the other one", () => {
  const decoder = decoderOf();
  decoder.push(Uint8Array.of(255, 255, 255, 255, ...new Uint8Array(12)));
  assertFatal(decoder.error, "payload-too-large");
  assertMatch(decoder.error.message, /maxBodyLenRead, which is 8192$/);
});
