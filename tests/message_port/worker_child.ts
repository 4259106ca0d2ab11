/**
 * A worker with services over its own port: 1 echoes; 2 throws outside of its handler;
 * 3 ends the worker; 4 closes the connection from here; 5 asks back; 6 tells the length
 * of the buffer that a body came in.
 */
import { Peer } from "../../mod.ts";
import { MessagePortTransport } from "../../transports/message_port/mod.ts";

const LIMITS = { maxBodyLenRead: 1 << 24, maxBodyLenWrite: 1 << 24 };
// The types of a worker's `self` aren't loaded here.
const port = self as unknown as Worker;
const peer = Peer.spawn(new MessagePortTransport(port, LIMITS));
peer.serve({
  1: (_request, body) => body,
  2: () => {
    setTimeout(() => {
      throw new Error("a bug in the worker");
    });
    return new Promise<never>(() => {});
  },
  3: () => {
    self.close();
    return new Promise<never>(() => {});
  },
  4: () => void peer.close(),
  5: (_request, body) => peer.call(7, body).then((answer) => answer.body),
  6: (_request, body) => String(body.data.buffer.byteLength),
});
