// A typed client, as a page has it.
import { body, defineInterface } from "@fizyr/rpc/interface";
import { Peer } from "@fizyr/rpc/peer";
import { StreamTransport } from "@fizyr/rpc/transports/stream";

const Camera = defineInterface({
  name: "Camera",
  services: { name: { id: 1, response: body() } },
});
export const camera = (streams) =>
  Camera.client(Peer.spawn(new StreamTransport(streams)));
