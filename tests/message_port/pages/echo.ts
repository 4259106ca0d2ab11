import { Peer } from "../../../peer/mod.ts";
import {
  MessagePortTransport,
  type Port,
} from "../../../transports/message_port/mod.ts";

const LIMITS = { maxBodyLenRead: 1 << 24, maxBodyLenWrite: 1 << 24 };

/** Serves over a port: 1 echoes, 5 asks back, 8 never answers. */
export function serveEcho(port: Port): void {
  const peer = Peer.spawn(new MessagePortTransport(port, LIMITS));
  peer.serve({
    1: (_request, body) => body,
    5: (_request, body) => peer.call(7, body).then((answer) => answer.body),
    8: () => new Promise<never>(() => {}),
  });
}
