import { isInstance } from "../../internal/is_instance.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Send } from "../messages/send_methods.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";

/**
 * Says in an error of the peer which service or stream was called, such as
 * `Camera.record`: in `service`, and before the message, whose error becomes the
 * cause. The text of an error response is the other side's and stays the message.
 * The reason of a signal, and what is no `RpcError`, stays as it is.
 */
export function namedError(
  error: unknown,
  service: string,
  options: SignalOptions | undefined,
): unknown {
  const signal = options?.signal;
  if (signal?.aborted && error === signal.reason) return error;
  if (!isInstance(error, RpcError)) return error;
  const { code, message } = error;
  // All details are properties of the error; its message and cause aren't spread.
  const details = { ...error, service };
  if (code === "remote-error") return new RpcError(code, message, details);
  return new RpcError(code, `${service}: ${message}`, {
    ...details,
    cause: error,
  });
}

/** Sends as another function does, and puts a name before the errors of that. */
export function named(name: string, send: Send): Send {
  return async (id, body, options) => {
    try {
      await send(id, body, options);
    } catch (error) {
      throw namedError(error, name, options);
    }
  };
}
