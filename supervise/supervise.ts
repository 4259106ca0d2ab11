import { spawnSync } from "node:child_process";
import type { SuperviseOptions } from "./supervise_options.ts";
import { Supervisor } from "./supervisor.ts";

/**
 * Starts a program, looks after it, and gives a link to it: see {@linkcode Supervisor}.
 *
 * - The program gets one end of a socket pair as descriptor 3, and connects to this one
 *   by `connectToParent()`; or it listens on the `address`.
 * - When it ends it is started again, with a backoff; when it doesn't answer the
 *   heartbeat, or isn't ready in time, it is killed first.
 * - It never outlives this program, not even after `kill -9`, if it calls
 *   `connectToParent()`. Any other program needs `dieWithParent: "pdeathsig"`.
 *
 * On Deno and Node. Permissions: `--allow-run` of the program, `--allow-env` and
 * `--allow-read`; with an address those of `connect`.
 *
 * @throws {TypeError} If the command is empty.
 * @throws {RangeError} If an option is out of its range.
 * @throws {Error} With `pdeathsig`, if there is no `setpriv` (util-linux): the program
 * would go on without its parent.
 *
 * @example A camera that is started again when it dies
 * ```ts ignore
 * import { supervise } from "jsr:@fizyr/rpc/supervise";
 *
 * await using camera = supervise({
 *   name: "camera",
 *   command: ["deno", "run", "-A", "camera.ts"],
 * });
 * const response = await camera.link.call(1, "", { timeout: 5000 });
 * console.log(response.text());
 * ```
 */
export function supervise(options: SuperviseOptions): Supervisor {
  if (!Array.isArray(options.command) || options.command.length === 0) {
    throw new TypeError(
      "command must be a list of a program and its arguments",
    );
  }
  if (options.dieWithParent === "pdeathsig") checkSetpriv();
  return new Supervisor(options);
}

function checkSetpriv(): void {
  const { error } = spawnSync("setpriv", ["--version"]);
  if (error === undefined) return;
  throw new Error(
    'dieWithParent: "pdeathsig" needs the program setpriv of util-linux, which can\'t be run: without it the program would go on when this one is killed',
    { cause: error },
  );
}
