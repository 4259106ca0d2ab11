import type { HttpMessage } from "../../transports/websocket/ws.ts";
import { checkServerOptions } from "./admit.ts";
import { admitUpgrade } from "./admit_upgrade.ts";
import { runHandler, type WebSocketHandler } from "./run_handler.ts";
import type { WebSocketServeOptions } from "./server_options.ts";
import {
  begin,
  refuse,
  upgrade,
  type UpgradeSocket,
} from "./upgrade_socket.ts";

/**
 * Takes what the event `upgrade` of `node:http` or `node:https` gives, and calls a
 * handler with the peer; in Node, Bun and Deno. As `acceptWebSocket` it refuses clients
 * by status 403 or 401, with a text that names the option that would allow them.
 *
 * Resolves when the connection is there, or was refused. In Deno it takes
 * `--allow-env=WS_NO_BUFFER_UTIL,WS_NO_UTF_8_VALIDATE`, for `npm:ws`.
 *
 * @param options Limits, rules, `authorize`, `onError`, and `remoteAddr`.
 * @throws {RangeError} If a limit is out of its range.
 *
 * @example A server of Node
 * ```ts ignore
 * import { createServer } from "node:http";
 * import { acceptWebSocketUpgrade } from "@fizyr/rpc/transports/websocket";
 *
 * const server = createServer((_request, response) => response.end("Hello"));
 * server.on("upgrade", (request, socket, head) =>
 *   acceptWebSocketUpgrade(request, socket, head, (peer) =>
 *     peer.serve({ 1: (_request, body) => body })
 *   ));
 * server.listen(8080, "127.0.0.1");
 * ```
 */
export async function acceptWebSocketUpgrade(
  request: HttpMessage,
  socket: UpgradeSocket,
  head: Uint8Array,
  handler: WebSocketHandler,
  options: WebSocketServeOptions = {},
): Promise<void> {
  checkServerOptions(options);
  const admission = await admitUpgrade({ request, socket }, options);
  if (admission.refusal !== null) return refuse(socket, admission.refusal);
  const asked = { request, socket, head };
  const upgraded = await upgrade(asked, admission.info, options);
  if (upgraded === null) return;
  runHandler(begin(upgraded, options), handler, options);
}
