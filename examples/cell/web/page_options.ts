import { frameLimits } from "../interfaces.ts";

/** The options of connections between the page and its server, on both sides. */
export const pageOptions = {
  ...frameLimits,
  // A network may be slower than a socket, and a tablet busier than a server.
  heartbeat: { interval: 2000, timeout: 3000 },
};
