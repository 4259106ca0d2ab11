/**
 * The protocol at work: a simulated camera and two clients, each in a process of
 * its own, over TCP and a Unix socket. Beside that it serves a page for a browser, and
 * prints its address. In a terminal that stays until Ctrl+C. Elsewhere all ends after a
 * few seconds, or when nobody has the page open any more.
 *
 *     deno task demo
 *     deno run -A examples/demo.ts
 *
 * This program starts processes and makes a folder for the socket; what it starts
 * runs with the narrow permissions below.
 */
import { Child } from "./demo/child.ts";

const hasUnix = Deno.build.os !== "windows";
const folder = hasUnix ? Deno.makeTempDirSync({ prefix: "rpc_demo_" }) : null;
const removeFolder = (): void => {
  if (folder !== null) Deno.removeSync(folder, { recursive: true });
};

const page = hasUnix ? startPage() : null;

// After Ctrl+C nothing may be left behind; the children see the end of their stdin.
Deno.addSignalListener("SIGINT", () => {
  // It would wait for those who have it open.
  page?.kill();
  removeFolder();
  Deno.exit(130);
});

const TCP = ["--allow-net=127.0.0.1"];
const BOTH = folder === null ? TCP : [
  `--allow-net=127.0.0.1,unix:${folder}/camera.sock`,
  `--allow-read=${folder}`,
  `--allow-write=${folder}`,
];
// FFI tells the camera which process is at the other end of a Unix socket.
const CAMERA = [...BOTH, "--allow-ffi"];

try {
  await using _page = page;
  const opened = page?.next();
  const showing = opened?.then(() => page?.relay());
  const paths = folder === null ? [] : [`${folder}/camera.sock`];
  await using camera = new Child(
    "camera",
    "yellow",
    "./server.ts",
    CAMERA,
    paths,
  );
  const addresses: string[] = [];
  while (addresses.length < 1 + paths.length) {
    const line = await camera.next();
    if (line === null) throw new Error("The camera didn't start");
    addresses.push(line.replace("listening on ", ""));
  }
  const relaying = camera.relay();

  await runClient("operator", "cyan", TCP, addresses[0]!);
  await runClient("impatient", "magenta", BOTH, addresses.at(-1)!);

  await camera[Symbol.asyncDispose]();
  await Promise.all([relaying, camera.ended()]);
  if (page !== null) {
    if (Deno.stdout.isTerminal()) {
      console.log(`${await opened} until Ctrl+C`);
      await showing;
    }
    await page[Symbol.asyncDispose]();
    await Promise.all([showing, page.ended()]);
  }
  console.log("That was it: all processes have ended.");
} finally {
  removeFolder();
}

/** The cell of cell_page.ts: a camera, a robot, and a web server. */
function startPage(): Child {
  const args = ["0", "--until-stdin-ends"];
  return new Child("page", "green", "../cell_page.ts", ["-A"], args);
}

async function runClient(
  name: string,
  color: string,
  permissions: string[],
  address: string,
): Promise<void> {
  await using client = new Child(name, color, `./${name}.ts`, permissions, [
    address,
  ]);
  await client.relay();
  await client.ended();
}
