import { supervise, type Supervisor } from "@fizyr/rpc/supervise";
import { CellProcess } from "./cell_process.ts";
import { heartbeat } from "./interfaces.ts";

/** Starts a server of the cell, again and again if it has to be. */
export function startServer(
  name: string,
  path: string,
  output: (line: string) => void,
): Supervisor {
  return supervise({
    name,
    command: [Deno.execPath(), ...CellProcess.args(name, [path])],
    address: `unix:${path}`,
    heartbeat,
    readyTimeout: 10_000,
    // Else it would go on when this program is killed.
    dieWithParent: Deno.build.os === "linux" ? "pdeathsig" : "socket",
    output,
  });
}
