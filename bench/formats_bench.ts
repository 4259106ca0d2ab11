/**
 * Compares the formats of interfaces, by the values that they encode and decode.
 * Needs no permission.
 *
 * @module
 */
import { cbor } from "../interface/formats/cbor.ts";
import { msgpack } from "../interface/formats/msgpack.ts";
import { type Format, json } from "../interface/mod.ts";
import { toBytes } from "../protocol/body.ts";
import { benchGroup } from "./support/bench_group.ts";

const VALUES: Readonly<Record<string, unknown>> = {
  "a small object": { frames: 3, name: "left", options: [1, 2, 3] },
  "1000 numbers": Array.from({ length: 1000 }, (_, i) => i / 8),
  "100 objects": Array.from(
    { length: 100 },
    (_, id) => ({ id, name: `part ${id}`, at: { x: id, y: -id, z: 0.5 } }),
  ),
};
const FORMATS: readonly Format[] = [json, msgpack, cbor];

for (const [what, value] of Object.entries(VALUES)) {
  benchGroup(`encode ${what}`, {
    "JSON.stringify": () => void JSON.stringify(value),
    ...Object.fromEntries(
      FORMATS.map((format) => [format.name, () => void format.encode(value)]),
    ),
  });
  const text = JSON.stringify(value);
  benchGroup(`decode ${what}`, {
    "JSON.parse": () => void JSON.parse(text),
    ...Object.fromEntries(FORMATS.map((format) => {
      const bytes = toBytes(format.encode(value));
      return [format.name, () => void format.decode(bytes)];
    })),
  });
}
