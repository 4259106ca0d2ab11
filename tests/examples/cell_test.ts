import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { connect } from "@fizyr/rpc";
import { Camera } from "../../examples/cell/interfaces.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { namedFlags } from "./named_commands.ts";
import { Program } from "./program.ts";

/** A recording of so many frames ends only when something ends it. */
const ENDLESS = "1000000";
/** The exit status of a process that SIGKILL has ended. */
const KILLED = 128 + 9;

/** The three processes, while the camera records and the robot moves. */
interface Cell extends AsyncDisposable {
  readonly camera: Program;
  readonly robot: Program;
  readonly orchestrator: Program;
  readonly cameraPath: string;
  readonly folder: string;
}

function startProgram(name: string, folder: string, args: string[]): Program {
  const script = `cell/${name}.ts`;
  return new Program(script, namedFlags(script, folder), args, folder);
}

async function startCell(): Promise<Cell> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(new TempDir());
  const paths = [folder.file("camera.sock"), folder.file("robot.sock")];
  const start = (name: string, args: string[]): Program =>
    stack.use(startProgram(name, folder.path, args));
  const camera = start("camera", [paths[0]!]);
  const robot = start("robot", [paths[1]!]);
  for (const server of [camera, robot]) await server.after("listening");
  const orchestrator = start("orchestrator", [...paths, ENDLESS]);
  // Robot and camera don't know of each other: either may be the first to be heard.
  await orchestrator.afterAll("joints: ", "camera: frame 1 of ");
  await camera.after("recording ");
  const started = stack.move();
  return {
    camera,
    robot,
    orchestrator,
    cameraPath: paths[0]!,
    folder: folder.path,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/**
 * The orchestrator ends well, and what it does last is to move the robot home. Joints
 * are shown beside that: those that came with the robot's answer may be shown behind it.
 */
async function assertEndsAtHome(orchestrator: Program): Promise<void> {
  const lines = await orchestrator.end();
  const done = lines.filter((line) => !line.startsWith("joints: "));
  assertEquals(done.at(-1), "robot: arrived at 0,0,0");
}

/** The robot makes its last moves, and the orchestrator ends well. */
async function assertGoesOn({ robot, orchestrator }: Cell): Promise<void> {
  await robot.after("arrived at -45,60,10");
  await robot.after("arrived at 0,0,0");
  await assertEndsAtHome(orchestrator);
  robot.kill("SIGTERM");
  assertEquals(await robot.end(), ["stopped"]);
}

testWith(
  "all",
  "cell: when the camera is killed, the orchestrator says so, and goes on with the robot",
  async () => {
    await using cell = await startCell();
    cell.camera.kill("SIGKILL");
    await cell.camera.end(KILLED);
    const error = await cell.orchestrator.after("camera: connection-");
    assertMatch(error, /^(closed|aborted): Camera\.record: \w/);
    const next = await cell.orchestrator.after("camera: ");
    assertMatch(next, /^ConnectionRefused: Cannot connect to unix:\S+camera/);
    await assertGoesOn(cell);
  },
);

testWith(
  "all",
  "cell: a camera that restarts is used again",
  async () => {
    await using cell = await startCell();
    cell.camera.kill("SIGKILL");
    await cell.camera.end(KILLED);
    await cell.orchestrator.after("camera: connection-");
    await using camera = startProgram("camera", cell.folder, [
      cell.cameraPath,
    ]);
    await cell.orchestrator.after("camera: frame 1 of ");
    await camera.after("recording 1000000 frames");
    cell.orchestrator.kill("SIGTERM");
    await cell.orchestrator.end();
    camera.kill("SIGTERM");
    assertEquals((await camera.end()).at(-1), "stopped");
  },
);

testWith(
  "all",
  "cell: when the camera is frozen, the heartbeat notices, and the orchestrator goes on",
  async () => {
    await using cell = await startCell();
    cell.camera.kill("SIGSTOP");
    assertMatch(
      await cell.orchestrator.after("camera: connection-aborted: "),
      /^Camera\.record: .* no sign of life: .* heartbeat\.interval.*timeout$/,
    );
    cell.camera.kill("SIGKILL");
    await cell.camera.end(KILLED);
    await assertGoesOn(cell);
  },
);

testWith(
  "all",
  "cell: Ctrl+C cancels the recording at the camera, and the robot goes home",
  async () => {
    await using cell = await startCell();
    const { camera, robot, orchestrator } = cell;
    orchestrator.interrupt();
    assertMatch(
      await camera.after("frame "),
      /^\d+ of 1000000: The other side has cancelled the request$/,
    );
    await orchestrator.after("camera: cancelled, Ctrl+C");
    await robot.after("arrived at 0,0,0");
    await assertEndsAtHome(orchestrator);
    for (const server of [camera, robot]) {
      server.kill("SIGTERM");
      assertEquals(await server.end(), ["stopped"]);
    }
  },
);

testWith(
  "all",
  "cell: SIGTERM ends the orchestrator with status 0, and with it what it has asked for",
  async () => {
    await using cell = await startCell();
    const { camera, robot, orchestrator } = cell;
    orchestrator.kill("SIGTERM");
    await camera.after("frame ");
    await robot.after("stopped at ");
    const lines = await orchestrator.end();
    for (const who of ["camera", "robot"]) {
      assert(lines.includes(`${who}: cancelled, SIGTERM`), lines.join("\n"));
    }
  },
);

testWith(
  "all",
  "cell: SIGTERM ends the camera and the robot with status 0 amid their work",
  async () => {
    await using cell = await startCell();
    const { camera, robot, orchestrator } = cell;
    camera.kill("SIGTERM");
    // What it has recorded so far is the response.
    await orchestrator.after("camera: recorded ");
    const [recorded, ...rest] = await camera.end();
    assertMatch(recorded!, /^frame \d+ of 1000000: recorded$/);
    assertEquals(rest, ["stopped"]);

    robot.kill("SIGTERM");
    await orchestrator.after("robot: ");
    assertEquals((await robot.end()).at(-1), "stopped");
    // Without a robot there is nothing left to do.
    await orchestrator.end(1);
  },
);

testWith(
  "all",
  "cell: when the robot is killed on its last way, the orchestrator ends with status 1",
  async () => {
    await using cell = await startCell();
    const { camera, robot, orchestrator } = cell;
    camera.kill("SIGKILL");
    await camera.end(KILLED);
    await robot.after("arrived at -45,60,10");
    await orchestrator.after("robot: arrived at -45,60,10");
    robot.kill("SIGKILL");
    await robot.end(KILLED);
    await orchestrator.after("robot: connection-");
    await orchestrator.end(1);
  },
);

testWith(
  "all",
  "cell: a second recording is refused by the declared error",
  async () => {
    await using cell = await startCell();
    await using peer = await connect(`unix:${cell.cameraPath}`);
    using recording = await Camera.client(peer).record({ frames: 1 });
    const error = await assertRejects(
      () => recording.response(),
      Camera.errors.record.busy,
      "Camera.record: busy",
    );
    assert(error.data.framesLeft > 0);
    assertEquals(error.reason, "busy");
  },
);

testWith(
  "all",
  "cell: one command starts all three, and Ctrl+C ends them in good order",
  async () => {
    await using started = new AsyncDisposableStack();
    const cell = started.use(new Program("cell.ts", ["-A"], [ENDLESS]));
    const ids = await cell.after("Process ids: ");
    let ended = false;
    started.defer(() => {
      if (ended) return;
      for (const [id] of ids.matchAll(/\d+/g)) Deno.kill(Number(id), "SIGKILL");
    });
    await cell.after("orchestrator │ camera: frame 1 of ");
    cell.interrupt();
    const lines = await cell.end();
    ended = true;
    assert(lines.includes("orchestrator │ camera: cancelled, Ctrl+C"));
    for (const name of ["camera", "robot"]) {
      assert(lines.includes(`${name.padEnd(12)} │ stopped`));
    }
    assertEquals(lines.at(-1), "That was it: all processes have ended.");
  },
);
