import { spawnSync } from "node:child_process";
import type { Body } from "../protocol/body.ts";
import { type BodyOf, transportOf } from "../endpoints/address.ts";
import { type PeerOptions, resolvePeerOptions } from "../peer/options.ts";
import { resolveStreamConfig } from "../protocol/config.ts";
import type { UnixBody } from "../transports/unix_seqpacket/unix_body.ts";
import { resolveSuperviseOptions } from "./resolve_supervise_options.ts";
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
 * @throws {TypeError} If the command is empty, the address has no known form, or
 * `socket`, `restart` or `dieWithParent` is none of its words.
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
  const { address } = options;
  // What can't work is said at once, and not at each start.
  const resolved = resolveSuperviseOptions(options);
  if (address !== undefined) transportOf(address);
  resolvePeerOptions(options as PeerOptions);
  if (resolved.socket === "stream") resolveStreamConfig(options);
  else new SeqpacketSocket(options).close();
  if (resolved.dieWithParent === "pdeathsig") checkSetpriv();
  return new Supervisor(options, resolved);
}

function checkSetpriv(): void {
  const { error } = spawnSync("setpriv", ["--version"]);
  if (error === undefined) return;
  throw new Error(
    'dieWithParent: "pdeathsig" needs the program setpriv of util-linux, which can\'t be run: without it the program would go on when this one is killed',
    { cause: error },
  );
}
