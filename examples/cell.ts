/**
 * A vision cell: a camera, a robot, and an orchestrator that records while the
 * robot moves, each in a process of its own. It ends by itself after some ten
 * seconds. Not on Windows.
 *
 *     deno task cell [FRAMES]
 *     deno run -A examples/cell.ts [FRAMES]
 *
 * Ctrl+C cancels the recording. With 1000 frames there is time to see, from another
 * terminal, what becomes of `kill -9` or `kill -STOP` of the camera: it is started
 * again, and the next recording goes there.
 */
import { CellProcess, printer } from "./cell/cell_process.ts";
import { startServer } from "./cell/start_server.ts";

const folder = Deno.makeTempDirSync({ prefix: "rpc_cell_" });
const paths = [`${folder}/camera.sock`, `${folder}/robot.sock`];
try {
  await using camera = startServer(
    "camera",
    paths[0]!,
    printer("camera", "yellow"),
  );
  await using robot = startServer(
    "robot",
    paths[1]!,
    printer("robot", "magenta"),
  );
  await Promise.all([camera.link.ready(), robot.link.ready()]);
  console.log(`Process ids: camera ${camera.pid}, robot ${robot.pid}`);
  console.log("Ctrl+C cancels the recording");
  const args = [...paths, ...Deno.args];
  await using orchestrator = new CellProcess("orchestrator", "cyan", args);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => orchestrator.kill(signal));
  }
  Deno.exitCode = await orchestrator.ended();
} finally {
  Deno.removeSync(folder, { recursive: true });
}
console.log("That was it: all processes have ended.");
