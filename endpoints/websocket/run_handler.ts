import { ErrorReporter } from "../../internal/errors.ts";
import type { ErrorContext } from "../../peer/error_context.ts";
import {
  type ConnectionHandler,
  RunningHandlers,
} from "../../listener/running_handlers.ts";
import { Peer } from "../../peer/peer.ts";
import type { StreamBody } from "../../protocol/body.ts";
import type {
  WebSocketInfo,
  WebSocketTransport,
} from "../../transports/websocket/web_socket_transport.ts";
import type { WebSocketListenOptions } from "./server_options.ts";

/** What is called for each connection; its peer is closed when it returns or throws. */
export type WebSocketHandler = ConnectionHandler<StreamBody, WebSocketInfo>;

/** Runs a connection and its handler. What the handler throws goes to `onError`. */
export function runHandler(
  transport: WebSocketTransport,
  handler: WebSocketHandler,
  options: WebSocketListenOptions,
): void {
  const reporter = new ErrorReporter<ErrorContext>(options.onError);
  const handlers = new RunningHandlers<StreamBody, WebSocketInfo>(
    (error, peer) => reporter.report(error, { peer }),
  );
  handlers.start(handler, Peer.spawn(transport, options));
}
