import { spawnSync } from "node:child_process";
import { checkLeast } from "../internal/check_options.ts";
import type { Body } from "../protocol/body.ts";
import { type BodyOf, transportOf } from "../endpoints/address.ts";
import { type PeerOptions, resolvePeerOptions } from "../peer/options.ts";
import { resolveStreamConfig } from "../protocol/config.ts";
import type { UnixBody } from "../transports/unix_seqpacket/unix_body.ts";
import { SeqpacketSocket } from "./seqpacket_socket.ts";
import type { SuperviseOptions } from "./supervise_options.ts";
import { Supervisor } from "./supervisor.ts";

/** The same over a pair of seqpacket sockets, whose messages carry descriptors. */
export function supervise(
  options: SuperviseOptions<UnixBody> & {
    readonly address?: undefined;
    readonly socket: "seqpacket";
  },
): Supervisor<UnixBody>;
/** The same for a program that listens; the type of body follows from the address. */
export function supervise<const A extends string>(
  options: SuperviseOptions<BodyOf<A>> & { readonly address: A },
): Supervisor<BodyOf<A>>;
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
 * @throws {TypeError} If the command is empty, or the address has no known form.
 * @throws {RangeError} If an option is out of its range.
 * @throws {Deno.errors.NotCapable} For a seqpacket socket, without `--allow-ffi`.
 * @throws {Deno.errors.NotSupported} For a seqpacket socket, outside of Deno on Linux.
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
export function supervise(options: SuperviseOptions): Supervisor;
/** All. */
export function supervise(given: unknown): unknown {
  const options = given as SuperviseOptions<Body>;
  const { command, address, socket = "stream" } = options;
  if (!Array.isArray(command) || command.length === 0) {
    throw new TypeError(
      "command must be a list of a program and its arguments",
    );
  }
  if (address !== undefined) transportOf(address);
  if (socket !== "stream" && socket !== "seqpacket") {
    throw new TypeError(
      `socket must be "stream" or "seqpacket", got ${JSON.stringify(socket)}`,
    );
  }
  // What can't work is said at once, and not at each start.
  resolvePeerOptions(options as PeerOptions);
  checkTimes(options);
  if (socket === "stream") resolveStreamConfig(options);
  else new SeqpacketSocket(options).close();
  if (options.dieWithParent === "pdeathsig") checkSetpriv();
  return new Supervisor(options);
}

/** Checks the numbers that neither a link nor its connections check. */
function checkTimes(
  { stop = {}, readyTimeout = 0, maxAttempts = 1 }: SuperviseOptions<Body>,
): void {
  for (const step of ["drain", "exit", "term"] as const) {
    checkLeast(`stop.${step}`, stop[step] ?? 0, 0);
  }
  checkLeast("readyTimeout", readyTimeout, 0);
  checkLeast("maxAttempts", maxAttempts, 1);
}

function checkSetpriv(): void {
  const { error } = spawnSync("setpriv", ["--version"]);
  if (error === undefined) return;
  throw new Error(
    'dieWithParent: "pdeathsig" needs the program setpriv of util-linux, which can\'t be run: without it the program would go on when this one is killed',
    { cause: error },
  );
}
