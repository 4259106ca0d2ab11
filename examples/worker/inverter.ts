/** The worker of worker.ts. */
import { Peer } from "@fizyr/rpc/peer";
import {
  MessagePortTransport,
  type Port,
  type WebListening,
} from "@fizyr/rpc/transports/message-port";
import { INVERT, LIMITS } from "./image.ts";

// The types of a worker aren't those of a program.
const port = self as unknown as Port & WebListening;

Peer.spawn(new MessagePortTransport(port, LIMITS)).serve({
  [INVERT]: (_request, { data }) => {
    for (let i = 0; i < data.length; i++) data[i] = 255 - data[i]!;
    return { data, transfer: true };
  },
});
