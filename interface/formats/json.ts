import type { Format } from "./format.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Bodies as JSON in UTF-8, which is what interfaces use unless told otherwise. */
export const json: Format = {
  name: "JSON",
  copies: true,
  encode(value) {
    const text = JSON.stringify(value);
    if (text !== undefined) return text;
    throw new TypeError(`A value of type ${typeof value} has no JSON form`);
  },
  decode(data) {
    return JSON.parse(decoder.decode(data));
  },
};
