/** Opens both ends of a port, and closes or unrefs them: it has to end by itself then. */
import { Peer } from "../../mod.ts";
import { MessagePortTransport } from "../../transports/message_port/mod.ts";

const { port1, port2 } = new MessageChannel();
const left = Peer.spawn(new MessagePortTransport(port1));
const right = Peer.spawn(new MessagePortTransport(port2));
await left.sendStream(1, "x");
await right.recvMessage();
if (Deno.args[0] === "close") {
  await left.close();
  await right.close();
} else {
  left.unref();
  right.unref();
}
console.log("end");
