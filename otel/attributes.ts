import type { Attributes } from "@opentelemetry/api";
import { isInstance } from "../internal/errors.ts";
import type { AnyCall } from "../interface/intercept/interceptor.ts";
import { RpcError } from "../protocol/error.ts";

/** The method of a call, as the conventions write it: `Camera/record`. */
export function methodOf(call: AnyCall): string {
  return `${call.interface}/${call.service}`;
}

/**
 * What is known of a call before it begins.
 *
 * @param end Which address of the connection is that of the server.
 */
export function callAttributes(
  call: AnyCall,
  end: "localAddr" | "remoteAddr",
): Attributes {
  const info = "info" in call.peer ? call.peer.info : undefined;
  return {
    "rpc.system.name": "fizyr_rpc",
    "rpc.method": methodOf(call),
    ...addressOf(info, end),
  };
}

/** What an error adds: its kind, and what the other side is or was told. */
export function errorAttributes(error: unknown): Attributes {
  if (!isInstance(error, RpcError)) {
    const isError = isInstance(error, Error);
    return { "error.type": isError ? error.name : "_OTHER" };
  }
  const { reason, code } = error;
  return {
    "error.type": reason ?? code,
    ...(reason ? { "rpc.response.status_code": reason } : {}),
  };
}

function addressOf(info: unknown, end: string): Attributes {
  const known = (info ?? {}) as Readonly<Record<string, unknown>>;
  const addr = known[end] as
    | { readonly hostname?: unknown; readonly port?: unknown }
    | undefined;
  const { hostname, port } = addr ?? {};
  if (typeof hostname !== "string") {
    // Of the credentials of a Unix socket.
    return "credentials" in known ? { "network.transport": "unix" } : {};
  }
  return {
    "network.transport": "tcp",
    "server.address": hostname,
    ...(typeof port === "number" ? { "server.port": port } : {}),
  };
}
