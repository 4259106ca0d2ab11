import { ConnectionReset } from "../../internal/runtime/errors.ts";
import type { NetAddr, TcpConn } from "./conn.ts";
import { NodeConn } from "./node_conn.ts";
import type { NodeSocket } from "./node_net.ts";

/**
 * Takes over a TCP socket, with its addresses.
 *
 * @throws {Error} ConnectionReset, where it has none any more.
 */
export function tcpConn(socket: NodeSocket): TcpConn {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  const local = netAddr(localAddress, localPort);
  const remote = netAddr(remoteAddress, remotePort);
  if (local !== null && remote !== null) {
    return new NodeConn(socket, local, remote);
  }
  socket.destroy();
  throw new ConnectionReset("The other side has ended the connection already");
}

function netAddr(
  hostname: string | undefined,
  port: number | undefined,
): NetAddr | null {
  if (hostname === undefined || port === undefined) return null;
  return { transport: "tcp", hostname, port };
}
