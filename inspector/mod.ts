/**
 * The inspector: a web page of a running server.
 *
 * - `inspector(listener)` shows a server of this program, `inspect` one elsewhere, as
 *   `fizyr inspect ADDRESS` does on the command line.
 * - It is on loopback, with a token in its address, and only shows, unless `allowCalls`.
 * - Permissions in Deno: `--allow-net` of its port and of the server.
 *
 * @module
 */
export {
  inspect,
  inspector,
  type ListenerInspectorOptions,
} from "./inspect.ts";
export { Inspector } from "./inspector.ts";
export { maskMembers } from "./mask_members.ts";
export type {
  BodyPlace,
  ConnectToServer,
  InspectorOptions,
  KeptBodies,
} from "./inspector_options.ts";
