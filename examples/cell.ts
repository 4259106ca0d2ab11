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
import { supervise, type Supervisor } from "@fizyr/rpc/supervise";
import { CellProcess, printer } from "./cell/cell_process.ts";

const folder = Deno.makeTempDirSync({ prefix: "rpc_cell_" });
const paths = [`${folder}/camera.sock`, `${folder}/robot.sock`];
try {
  await using camera = start("camera", "yellow", paths[0]!);
  await using robot = start("robot", "magenta", paths[1]!);
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

/** Starts a server of the cell, again and again if it has to be. */
function start(name: string, color: string, path: string): Supervisor {
  return supervise({
    name,
    command: [Deno.execPath(), ...CellProcess.args(name, [path])],
    address: `unix:${path}`,
    readyTimeout: 5000,
    // Else it would go on when this program is killed.
    dieWithParent: Deno.build.os === "linux" ? "pdeathsig" : "socket",
    output: printer(name, color),
  });
}
