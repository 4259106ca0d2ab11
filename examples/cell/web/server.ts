/**
 * Serves the page of a cell whose programs run already. SIGTERM ends it.
 *
 *     deno run -A examples/cell/web/server.ts camera.sock robot.sock [PORT]
 */
import { servePage } from "./serve_page.ts";

const [camera = "camera.sock", robot = "robot.sock", port = "8080"] = Deno.args;
const stop = new AbortController();
Deno.addSignalListener("SIGTERM", () => stop.abort());

const page = servePage({
  port: Number(port),
  paths: [camera, robot],
  signal: stop.signal,
});
console.log(`The page is at ${page.url}`);
await page.finished;
console.log("stopped");
