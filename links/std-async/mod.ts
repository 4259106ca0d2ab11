// The package's own async/mod.js imports a file that it does not ship, so the modules are named one by one.
// @ts-types="./deadline.d.ts"
export { deadline } from "npm:deno-std@1.4.0/async/deadline.js";
// @ts-types="./abortable.d.ts"
export { abortable } from "npm:deno-std@1.4.0/async/abortable.js";
