import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { serve } from "../../../interface/mod.ts";
import { listen } from "../../../mod.ts";
import { Camera, handlers } from "../../interface/support/camera.ts";
import { programOf, PROJECT, type RuntimeName } from "./npm_project.ts";

/** So long a command may take, with all that runs beside it. */
const TIMEOUT = 300_000;

/** What `fizyr list` names of the camera. */
export const CAMERA_ITEMS = [
  "Camera.name",
  "Camera.record",
  "Camera.temperature",
  "Camera.tick",
];

/** A camera in this process. */
export function serveCamera(): AsyncDisposable & { readonly address: string } {
  const listener = listen("tcp://127.0.0.1:0");
  const camera = Camera.implement(handlers);
  const running = listener.run((peer) =>
    serve(peer, camera, { describe: true, stats: true })
  );
  return {
    address: `127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      await listener.shutdown({ grace: 0 });
      await running;
    },
  };
}

interface Ended {
  readonly code: number;
  readonly lines: readonly string[];
  readonly stderr: string;
}

async function run(name: RuntimeName, command: string[]): Promise<Ended> {
  const [program, ...args] = command;
  const { code, stdout, stderr } = await new Deno.Command(program!, {
    args,
    cwd: PROJECT,
    env: {
      ...{ NO_COLOR: "1", NODE_NO_WARNINGS: "1" },
      // For what npm starts by the name of a runtime.
      PATH: `${dirname(programOf(name))}:${Deno.env.get("PATH")}`,
    },
    stdin: "null",
    signal: AbortSignal.timeout(TIMEOUT),
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) =>
    new TextDecoder().decode(bytes).trim()
  );
  return { code, lines: out! === "" ? [] : out!.split("\n"), stderr: err! };
}

/** Runs a command in the project, and gives the lines that it writes. */
export async function runPackage(
  name: RuntimeName,
  command: string[],
): Promise<readonly string[]> {
  const { code, lines, stderr } = await run(name, command);
  assertEquals(code, 0, stderr);
  return lines;
}

/** The module of an interface, as a user of npm writes it. */
const MODULE = `import { body, defineInterface } from "@fizyr/rpc/interface";
interface Pose { readonly x: number }
export const Robot = defineInterface({
  name: "Robot",
  services: { pose: { id: 1, response: body<Pose>("Pose") } },
});
`;

/** Lists, calls and fails with the installed command in a runtime. */
export async function useCommand(name: RuntimeName): Promise<void> {
  await using server = serveCamera();
  const { address } = server;
  const bin = `${PROJECT}node_modules/.bin/fizyr`;
  const fizyr = (...args: string[]) =>
    run(name, [programOf(name), bin, ...args]);
  const list = await fizyr("list", address);
  assertEquals(list.code, 0, list.stderr);
  assertEquals(list.lines.map((line) => JSON.parse(line).name), CAMERA_ITEMS);
  const call = await fizyr("call", address, "Camera.record", '{"frames":1}');
  assertEquals([call.code, call.lines.length], [0, 3], call.stderr);
  assertEquals(call.lines.at(-1), '"AQ=="');
  const bench = await fizyr("bench", address, "--count", "10");
  assertEquals(JSON.parse(bench.lines[0]!).calls, 10, bench.stderr);
  const usage = await fizyr("call", address, "Camera.none");
  assertEquals([usage.code, usage.lines], [2, []], usage.stderr);

  // These Node read TypeScript, and Bun does.
  await Deno.writeTextFile(`${PROJECT}robot.ts`, MODULE);
  const file = await fizyr("describe", "robot.ts", "--format", "rust");
  assertEquals(file.code, 0, file.stderr);
  assert(file.lines.join().includes("pub interface Robot"), file.lines.join());
  const missing = await fizyr("describe", "none.ts");
  assertEquals(missing.code, 1);
  assertEquals(missing.stderr, "none.ts: There is no such file");
  await Deno.writeTextFile(
    `${PROJECT}jsr.ts`,
    MODULE.replace("@fizyr", "jsr:@fizyr"),
  );
  const jsr = await fizyr("describe", "jsr.ts");
  assertEquals([jsr.code, jsr.lines], [1, []]);
  assertEquals(jsr.stderr.split("\n").length, 1, jsr.stderr);
}
