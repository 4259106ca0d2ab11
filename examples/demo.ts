/**
 * The protocol at work: a simulated camera and two clients, each in a process of
 * its own, over TCP and a Unix socket. The camera is looked after: when it is killed,
 * it is started again. The demo ends by itself after a few seconds. Not on Windows.
 *
 *     deno task demo
 *     deno run -A examples/demo.ts
 *
 * This program starts processes and makes a folder for the socket; what it starts
 * runs with the narrow permissions below.
 */
import { type ProcessEvent, supervise } from "@fizyr/rpc/supervise";
import { CameraProcess } from "./demo/camera.ts";
import { Child, printer, programArgs } from "./demo/child.ts";

const folder = Deno.makeTempDirSync({ prefix: "rpc_demo_" });
const removeFolder = (): void => Deno.removeSync(folder, { recursive: true });

// After Ctrl+C nothing may be left behind; the camera sees that this program has ended.
Deno.addSignalListener("SIGINT", () => {
  removeFolder();
  Deno.exit(130);
});

const path = `${folder}/camera.sock`;
const TCP = ["--allow-net=127.0.0.1"];
const BOTH = [
  `--allow-net=127.0.0.1,unix:${path}`,
  `--allow-read=${folder}`,
  `--allow-write=${folder}`,
];
const CAMERA = [
  ...BOTH,
  // FFI tells the camera which process is at the other end of a Unix socket.
  "--allow-ffi",
  // These tell it that it is looked after.
  "--allow-env=FIZYR_RPC_PARENT_FD,FIZYR_RPC_PARENT_SOCKET",
];

try {
  const print = printer("camera", "yellow");
  const killed = Promise.withResolvers<void>();
  await using camera = supervise({
    name: "camera",
    command: [Deno.execPath(), ...programArgs("server", CAMERA, [path])],
    output: print,
    onProcess(event) {
      print(describe(event));
      if (event.kind === "ended") killed.resolve();
    },
  });
  const process = CameraProcess.client(camera.link);

  await process.addresses();
  console.log("The camera is killed, to see what becomes of it:");
  Deno.kill(camera.pid!, "SIGKILL");
  await killed.promise;
  // The call waits until the camera is there again.
  const [tcp, unix] = await process.addresses();

  await runClient("operator", "cyan", TCP, tcp!);
  await runClient("impatient", "magenta", BOTH, unix!);

  await camera.stop();
  console.log("That was it: all processes have ended.");
} finally {
  removeFolder();
}

async function runClient(
  name: string,
  color: string,
  permissions: string[],
  address: string,
): Promise<void> {
  const client = new Child(name, color, permissions, [address]);
  await client.ended();
}

function describe(event: ProcessEvent): string {
  if (event.kind === "started") return `started as process ${event.pid}`;
  const { status, signal } = event;
  return `ended ${signal === null ? `with status ${status}` : `by ${signal}`}`;
}
