/** What a value looks like as a line of JSON. */
import { assertEquals } from "@std/assert";
import { jsonLine } from "../../cli/json_line.ts";
import { StreamBody, UnixBody } from "../../mod.ts";

Deno.test("a body is its bytes, whatever carried it", () => {
  const bytes = new Uint8Array([1, 2, 3]);
  assertEquals(jsonLine({ body: new UnixBody(bytes) }), '{"body":"AQID"}');
  assertEquals(jsonLine({ body: new StreamBody(bytes) }), '{"body":"AQID"}');
});

Deno.test("an object with the members of a body stays whole", () => {
  const values = [
    { data: 1, fds: 2, other: 3 },
    { data: "AQID", fds: [] },
    { data: null, fds: null, text: "a", json: "b" },
  ];
  for (const value of values) {
    assertEquals(JSON.parse(jsonLine(value)), value);
  }
  const bytes = { data: new Uint8Array([1]), fds: [], text: "a", json: {} };
  assertEquals(
    jsonLine(bytes),
    '{"data":"AQ==","fds":[],"text":"a","json":{}}',
  );
});

Deno.test("bytes are base64, and a bigint its digits", () => {
  const values = [new Uint8Array([255]), 2n ** 64n, undefined];
  assertEquals(jsonLine(values), '["/w==","18446744073709551616",null]');
  assertEquals(jsonLine(undefined), "null");
});
