import { onAbort } from "../../internal/abort.ts";
import { ConnectionRefused } from "../../internal/runtime/errors.ts";
import { clientInfo } from "./client_info.ts";
import type { OpenRequest } from "./connect_options.ts";
import type { WebSocketLike } from "./web_socket.ts";
import { WebSocketTransport } from "./web_socket_transport.ts";

/**
 * Opens a WebSocket of the runtime's own.
 *
 * @throws {Error} ConnectionRefused, whatever the cause: browsers don't tell it.
 * @throws {TypeError} With options about certificates, which browsers don't have.
 */
export function openInBrowser(
  { url, offer, options }: OpenRequest,
): Promise<WebSocketTransport> {
  const { signal, caCerts, cert, key } = options;
  if (caCerts !== undefined || cert !== undefined || key !== undefined) {
    throw new TypeError(
      "caCerts, cert and key can't be set here: a browser has its own",
    );
  }
  return new Promise((resolve, reject) => {
    const socket: WebSocketLike = new WebSocket(url, [...offer]);
    const forget = signal === undefined ? null : onAbort(signal, () => {
      reject(signal.reason);
      socket.close();
    });
    // Here and not later, as messages may come right behind it.
    socket.addEventListener("open", () => {
      forget?.();
      if (signal?.aborted) return;
      try {
        const info = clientInfo(socket, url, offer);
        resolve(new WebSocketTransport(socket, info, options));
      } catch (error) {
        socket.close();
        reject(error);
      }
    });
    socket.addEventListener("close", ({ code }: { code: number }) => {
      forget?.();
      // After it was open, nobody listens to this any more.
      reject(
        new ConnectionRefused(
          `Cannot connect to ${url.href}: the browser doesn't say why (code ${code})`,
        ),
      );
    });
  });
}
