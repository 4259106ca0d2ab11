import { isInstance } from "../../internal/errors.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Send } from "../messages/send_methods.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";

/**
 * Adds to an error of the peer what was called, such as `Camera.record`: as
 * `service`, and in front of the message. The error of the peer becomes the cause.
 * The reason of a signal, and what is no `RpcError`, is given back as it is.
 */
export function namedError(
  error: unknown,
  service: string,
  options: SignalOptions | undefined,
): unknown {
  const signal = options?.signal;
  if (signal?.aborted && error === signal.reason) return error;
  if (!isInstance(error, RpcError)) return error;
  const { code, message, responseText } = error;
  return new RpcError(code, `${service}: ${message}`, {
    // The other details are enumerable properties of the error.
    ...error,
    responseText,
    service,
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
