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
  type ConnectToParentBySeqpacketOptions,
  type ConnectToParentOptions,
  type ParentOptions,
} from "./connect_to_parent.ts";
export type { SocketKind } from "./parent_variables.ts";
export type { PipeInfo } from "./stream_socket.ts";
export { supervise } from "./supervise.ts";
export type { ProcessEnd, ProcessEvent } from "./process_event.ts";
export type { StopOptions, SuperviseOptions } from "./supervise_options.ts";
export { Supervisor } from "./supervisor.ts";
