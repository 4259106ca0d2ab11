// @ts-types="./mod.d.ts"
export { decode, encode } from "npm:deno-std@1.4.0/msgpack/mod.js";
