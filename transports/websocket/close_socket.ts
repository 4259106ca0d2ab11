import { type Clock, systemClock } from "../../internal/clock.ts";
import { CLOSED, isPausable, type WebSocketLike } from "./web_socket.ts";

/** How long the other side may take to confirm the end, once it has all bytes; in milliseconds. */
const CONFIRM_TIME = 1000;
/** How often it is looked whether all bytes are sent, where no confirmation is awaited. */
const LOOK_TIME = 5;

/** The code of an end that is in order. */
const NORMAL = 1000;

/** Ends a WebSocket at once, where that is possible; what isn't sent yet is lost. */
export function breakSocket(socket: WebSocketLike): void {
  if (isPausable(socket)) socket.terminate();
  else socket.close(NORMAL);
}

/**
 * Closes a WebSocket behind what was sent. Resolves when it is closed. A side that
 * doesn't confirm the end, although it was sent, is not waited for.
 *
 * @param heard Whether anything has come from the other side. If nothing has, as from a
 * server that hasn't accepted yet, no bytes of it can be unread, which would make the end
 * a reset. So no confirmation is awaited.
 */
export function closeSocket(
  socket: WebSocketLike,
  heard = true,
  clock: Clock = systemClock,
): Promise<void> {
  if (socket.readyState === CLOSED) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  let stop: (() => void) | null = null;
  const wait = (): void => {
    stop = clock.start(() => {
      if (socket.bufferedAmount > 0) wait();
      else if (isPausable(socket)) socket.terminate();
      else resolve();
    }, heard ? CONFIRM_TIME : LOOK_TIME);
  };
  socket.addEventListener("close", () => {
    stop?.();
    resolve();
  });
  socket.close(NORMAL);
  wait();
  return promise;
}
