// A typed client of a WebSocket, as a page has it.
import { body, defineInterface } from "@fizyr/rpc/interface";
import { connect } from "@fizyr/rpc/transports/websocket";

const Camera = defineInterface({
  name: "Camera",
  services: { name: { id: 1, response: body() } },
});
export const camera = async (url) => Camera.client(await connect(url));
