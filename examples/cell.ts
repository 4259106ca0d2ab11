/**
 * A vision cell: a camera, a robot, and an orchestrator that records while the
 * robot moves, each in a process of its own. It ends by itself after some ten
 * seconds. Not on Windows.
 *
 *     deno task cell [FRAMES]
 *     deno run -A examples/cell.ts [FRAMES]
 *
 * Ctrl+C cancels the recording. With 1000 frames there is time to see, from another
 * terminal, what the orchestrator makes of `kill -9` or `kill -STOP` of the camera.
 */
import { CellProcess } from "./cell/cell_process.ts";

const folder = Deno.makeTempDirSync({ prefix: "rpc_cell_" });
const paths = [`${folder}/camera.sock`, `${folder}/robot.sock`];
try {
  await using camera = new CellProcess("camera", "yellow", [paths[0]!]);
  await using robot = new CellProcess("robot", "magenta", [paths[1]!]);
  await Promise.all([camera.begun(), robot.begun()]);
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
