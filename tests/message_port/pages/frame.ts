/** The program of a frame of a page: serves over the port that the page sends it. */
import { serveEcho } from "./echo.ts";

addEventListener("message", (event) => {
  const { data, ports } = event as MessageEvent;
  if (data === "rpc") serveEcho(ports[0]!);
});
