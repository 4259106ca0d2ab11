/**
 * A cell with a page to look at it in a browser: a camera and a robot, each in a process
 * of its own, and the web server here. The robot moves in a circle of poses. It goes on
 * until Ctrl+C. Not on Windows.
 *
 *     deno task page [PORT]
 *     deno run -A examples/cell_page.ts [PORT] [--until-stdin-ends]
 *
 * With the flag it ends with its stdin too, when nobody has the page open.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { RpcError } from "@fizyr/rpc";
import type { ClientOf } from "@fizyr/rpc/interface";
import { printer } from "./cell/cell_process.ts";
import { Robot } from "./cell/interfaces.ts";
import { startServer } from "./cell/start_server.ts";
import { servePage } from "./cell/web/serve_page.ts";

const POSES = [[60, 30, -20], [-45, 60, 10], [0, -30, 45], [0, 0, 0]];

const untilStdinEnds = Deno.args.includes("--until-stdin-ends");
const port = Number(Deno.args.find((arg) => /^\d+$/.test(arg)) ?? 8080);
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => stop.abort());
}

const folder = Deno.makeTempDirSync({ prefix: "rpc_cell_" });
const paths = [`${folder}/camera.sock`, `${folder}/robot.sock`] as const;
try {
  const page = servePage({ port, paths, signal: stop.signal });
  console.log(`The page is at ${page.url}`);
  await using _camera = startServer(
    "camera",
    paths[0],
    printer("camera", "yellow"),
  );
  // It would only tell where it has arrived.
  await using robot = startServer("robot", paths[1], () => {});
  const moving = moveOn(Robot.client(robot.link));
  if (untilStdinEnds) {
    await stdinEnded();
    await page.unused();
    stop.abort();
  }
  await Promise.all([moving, page.finished]);
} finally {
  Deno.removeSync(folder, { recursive: true });
}

async function stdinEnded(): Promise<void> {
  const { signal } = stop;
  try {
    await Deno.stdin.readable.pipeTo(new WritableStream(), { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Moves the robot from pose to pose. After one that has failed comes the next one. */
async function moveOn(robot: ClientOf<typeof Robot>): Promise<void> {
  const { signal } = stop;
  for (let next = 0; !signal.aborted; next = (next + 1) % POSES.length) {
    try {
      await robot.move(POSES[next]!, { signal });
      await sleep(500, undefined, { signal });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof RpcError)) throw error;
      console.log(`robot: ${error.message}`);
    }
  }
}
