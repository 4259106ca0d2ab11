import { checkLeast, checkWord } from "../internal/check_options.ts";
import type { Body } from "../protocol/body.ts";
import { resolveBackoff, type ResolvedBackoff } from "../reconnect/backoff.ts";
import { SOCKET_KINDS, type SocketKind } from "./parent_variables.ts";
import type { StopOptions, SuperviseOptions } from "./supervise_options.ts";

/** Those of {@linkcode SuperviseOptions} that a supervisor decides by, with the defaults filled in. */
export interface ResolvedSuperviseOptions {
  readonly socket: SocketKind;
  readonly restart: "always" | "on-failure" | "never";
  readonly readyTimeout: number;
  readonly stop: { readonly [K in keyof StopOptions]-?: number };
  readonly dieWithParent: "socket" | "pdeathsig";
  readonly maxAttempts: number;
  readonly healthyAfter: number;
  readonly backoff: ResolvedBackoff;
}

/**
 * How long a program may take to exit by itself, in milliseconds: longer than those that
 * call `connectToParent` take at most.
 */
const EXIT_TIMEOUT = 2000;

/**
 * Checks the options of `supervise` itself, and those that count for the program in
 * place of its link, and fills in the defaults.
 *
 * @throws {TypeError} If the command is none, or a word is unknown.
 * @throws {RangeError} If a number is out of its range.
 */
export function resolveSuperviseOptions<B extends Body>(
  options: SuperviseOptions<B>,
): ResolvedSuperviseOptions {
  const { address, command, stop = {} } = options;
  if (!Array.isArray(command) || command.length === 0) {
    throw new TypeError(
      "command must be a list of a program and its arguments",
    );
  }
  const {
    socket = "stream",
    restart = "always",
    readyTimeout = 30_000,
    dieWithParent = "socket",
    maxAttempts = Infinity,
    healthyAfter = 5000,
  } = options;
  // Where it listens, it can't know that its connection was the last one.
  const { drain = 5000, exit = address ? 0 : EXIT_TIMEOUT, term = 5000 } = stop;
  return {
    socket: checkWord("socket", socket, SOCKET_KINDS),
    restart: checkWord("restart", restart, ["always", "on-failure", "never"]),
    readyTimeout: checkLeast("readyTimeout", readyTimeout, 1),
    stop: {
      drain: checkLeast("stop.drain", drain, 0),
      exit: checkLeast("stop.exit", exit, 0),
      term: checkLeast("stop.term", term, 0),
    },
    dieWithParent: checkWord("dieWithParent", dieWithParent, [
      "socket",
      "pdeathsig",
    ]),
    maxAttempts: checkLeast("maxAttempts", maxAttempts, 1),
    healthyAfter: checkLeast("healthyAfter", healthyAfter, 0),
    backoff: resolveBackoff(options.backoff),
  };
}
