import { errorText, isInstance } from "../../internal/errors.ts";
import {
  ConnectionAborted,
  ConnectionRefused,
  PermissionDenied,
  TimedOut,
} from "../../internal/runtime/errors.ts";
import { fromNodeError } from "../../internal/runtime/node.ts";
import { RpcError } from "../../protocol/error.ts";

/** The names that the NATS client gives its errors, and what they are elsewhere. */
const CLASSES: Readonly<Record<string, typeof TimedOut>> = {
  AuthorizationError: PermissionDenied,
  UserAuthenticationExpiredError: PermissionDenied,
  PermissionViolationError: PermissionDenied,
  TimeoutError: TimedOut,
  ConnectionError: ConnectionRefused,
};

/**
 * The error of what couldn't be done with NATS, in the class that sockets give. Errors
 * that say nothing of the system, such as those for wrong options, stay as they are.
 *
 * @param doing What was tried, such as "Cannot connect to nats://127.0.0.1:4222".
 */
export function natsError(error: unknown, doing: string): unknown {
  if (!isInstance(error, Error)) return error;
  const system = fromNodeError(error.cause ?? error);
  const type = system !== (error.cause ?? error) && isInstance(system, Error)
    ? system.constructor as typeof TimedOut
    : CLASSES[error.name];
  if (type === undefined) return error;
  return new type(`${doing}: ${errorText(error)}`, { cause: error });
}

/** The fatal error of a session whose connection to NATS is gone. */
export function disconnected(server: string): RpcError {
  return new RpcError(
    "connection-aborted",
    `The connection to the NATS server ${server} is lost, and with it what was under way`,
    { fatal: true, side: "remote" },
  );
}

/** Why a listener ends: its connection to NATS won't find a server again. */
export function natsClosed(server: string, cause: Error | undefined): Error {
  const why = cause === undefined ? "" : `: ${errorText(cause)}`;
  return new ConnectionAborted(
    `The connection to the NATS server ${server} is closed${why}`,
    { cause },
  );
}

/** The fatal error of a session whose other side is gone. */
export function gone(noResponders: boolean): RpcError {
  return new RpcError(
    "connection-aborted",
    noResponders
      ? "The other side is gone: nobody receives the subject of the session any more"
      : "The other side has cut the session off",
    { fatal: true, side: "remote" },
  );
}
