/**
 * Serves a page to look at the cell: frames of the camera, recordings, and the joints of
 * the robot. Each page gets connections of its own to both. SIGTERM ends it.
 *
 *     deno run -A examples/cell/web/server.ts camera.sock robot.sock [PORT]
 */
import { pageFiles } from "./page_files.ts";
import { relay } from "./relay.ts";
import { relayCamera } from "./relay_camera.ts";
import { relayRobot } from "./relay_robot.ts";

const [cameraPath = "camera.sock", robotPath = "robot.sock", port = "8080"] =
  Deno.args;
const stop = new AbortController();
Deno.addSignalListener("SIGTERM", () => stop.abort());

const fileOf = pageFiles();
const server = Deno.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  signal: stop.signal,
  onListen: ({ port }) => console.log(`listening on http://127.0.0.1:${port}/`),
}, (request, { remoteAddr }) => {
  const { pathname } = new URL(request.url);
  const options = { remoteAddr, signal: stop.signal };
  switch (pathname) {
    case "/camera":
      return relay(request, cameraPath, relayCamera, options);
    case "/robot":
      return relay(request, robotPath, relayRobot, options);
    default:
      return fileOf(pathname);
  }
});
await server.finished;
console.log("stopped");
