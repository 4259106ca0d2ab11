/**
 * The protocol at work: a simulated camera and two clients, each in a process of
 * its own, over TCP and a Unix socket. The camera is looked after: when it is killed,
 * it is started again. Beside that it serves a page for a browser, and prints its
 * address. In a terminal the page and the camera stay until Ctrl+C. Elsewhere all ends after a few
 * seconds, or when nobody has the page open any more. Not on Windows.
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

const page = new Child("../cell_page", "page", "green", ["-A"], [
  "0",
  "--until-stdin-ends",
]);

// After Ctrl+C nothing may be left behind; the camera sees that this program has ended.
Deno.addSignalListener("SIGINT", () => {
  // It would wait for those who have it open.
  page.kill();
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
  // So that its address is there before the lines of the others.
  await page.started;
  const print = printer("camera", "yellow");
  const killed = Promise.withResolvers<void>();
  await using camera = supervise({
    name: "camera",
    command: [Deno.execPath(), ...programArgs("./server", CAMERA, [path])],
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

  if (Deno.stdout.isTerminal()) {
    console.log(`Look at the camera: deno task fizyr describe ${tcp}`);
    console.log(`${await page.started} until Ctrl+C`);
    await page.printed;
  }
  await camera.stop();
  await page.ended();
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
  const client = new Child(`./${name}`, name, color, permissions, [address]);
  await client.ended();
}

function describe(event: ProcessEvent): string {
  if (event.kind === "started") return `started as process ${event.pid}`;
  const { status, signal } = event;
  return `ended ${signal === null ? `with status ${status}` : `by ${signal}`}`;
}
