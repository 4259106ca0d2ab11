import type { RpcError } from "../../protocol/error.ts";
import { closeError, textMessage } from "./close_error.ts";
import type { CloseFacts, WebSocketLike } from "./web_socket.ts";

/** How a WebSocket ends that has broken. */
const BROKEN: CloseFacts = { code: 1006, reason: "" };

/** What a WebSocket brings. */
export interface SocketEvents {
  /** A binary message. */
  onMessage(bytes: Uint8Array<ArrayBuffer>): void;
  /** It has ended. */
  onClose(facts: CloseFacts, error: RpcError): void;
  /** It has broken, or something came that may not come. */
  onInvalid(error: RpcError): void;
}

/**
 * Listens to a WebSocket.
 *
 * @returns A function that stops listening to messages. Its end is awaited on.
 */
export function listenToSocket(
  socket: WebSocketLike,
  events: SocketEvents,
): () => void {
  socket.binaryType = "arraybuffer";
  const onMessage = ({ data }: { data: unknown }): void => {
    if (data instanceof ArrayBuffer) events.onMessage(new Uint8Array(data));
    else events.onInvalid(textMessage());
  };
  socket.addEventListener("message", onMessage);
  // Without a listener `npm:ws` would throw. Events of browsers say nothing; elsewhere
  // they say more than the close, which may come much later.
  socket.addEventListener("error", ({ error }: { error?: unknown }) => {
    if (error !== undefined) events.onInvalid(closeError(BROKEN, error));
  });
  socket.addEventListener("close", (facts: CloseFacts) => {
    socket.removeEventListener("message", onMessage);
    events.onClose(facts, closeError(facts));
  });
  return () => socket.removeEventListener("message", onMessage);
}
