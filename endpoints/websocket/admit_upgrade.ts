import { type Admission, admit } from "./admit.ts";
import type { WebSocketServeOptions } from "./server_options.ts";
import { headerOf, ignoreErrors, type Upgrade } from "./upgrade_socket.ts";

/** Decides whether a client at a server of `node:http` may have a WebSocket. */
export async function admitUpgrade(
  { request, socket, conn }: Omit<Upgrade, "head">,
  options: WebSocketServeOptions,
  signal?: AbortSignal,
): Promise<Admission> {
  ignoreErrors(socket);
  const { remoteAddress: hostname, remotePort: port } = request.socket;
  const { remoteAddr } = options;
  return await admit(
    {
      request: {
        host: headerOf(request, "host"),
        origin: headerOf(request, "origin"),
        protocols: headerOf(request, "sec-websocket-protocol"),
      },
      url: request.url ?? "/",
      remoteAddr: remoteAddr !== undefined
        ? remoteAddr
        : conn !== undefined
        ? conn.remoteAddr
        : hostname === undefined || port === undefined
        ? null
        : { transport: "tcp", hostname, port },
    },
    options,
    signal,
  );
}
