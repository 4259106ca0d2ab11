import { connect } from "node:net";
import { once } from "node:events";

/** Connects to a TCP port of this machine and resets the connection at once. */
export async function resetConnection(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const closed = once(socket, "close");
  socket.resetAndDestroy();
  await closed;
}
