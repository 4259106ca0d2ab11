/**
 * Programs that are looked after: {@linkcode supervise} starts one, starts it again when
 * it dies, ends it in good order, and makes calls to it all the while.
 *
 * @example A program, and the one that looks after it
 * ```ts ignore
 * // main.ts
 * import { supervise } from "jsr:@fizyr/rpc/supervise";
 *
 * await using camera = supervise({
 *   name: "camera",
 *   command: ["deno", "run", "-A", "camera.ts"],
 * });
 * console.log((await camera.link.call(1, "")).text());
 *
 * // camera.ts
 * import { connectToParent } from "jsr:@fizyr/rpc/supervise";
 *
 * await connectToParent().serve({ 1: () => "image" });
 * ```
 *
 * @module
 */
export {
  connectToParent,
  type ConnectToParentOptions,
} from "./connect_to_parent.ts";
export type { PipeInfo } from "./pipe_transport.ts";
export { supervise } from "./supervise.ts";
export type {
  ProcessEnd,
  ProcessEvent,
  StopOptions,
  SuperviseOptions,
} from "./supervise_options.ts";
export { Supervisor } from "./supervisor.ts";
