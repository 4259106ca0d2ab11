import type { EventEmitter } from "node:events";

function ignore(): void {}

/**
 * Listens to the errors of a socket whatever becomes of its other listeners. The NATS
 * client takes all of them away before it destroys a socket; an error that is on its way
 * then, such as ECONNRESET, would end the program.
 */
export function keepListening(
  socket: Pick<EventEmitter, "on" | "removeAllListeners">,
): void {
  const removeAll = socket.removeAllListeners.bind(socket);
  socket.on("error", ignore);
  socket.removeAllListeners = (...event: string[]) => {
    removeAll(...event);
    socket.on("error", ignore);
    return socket as EventEmitter;
  };
}
