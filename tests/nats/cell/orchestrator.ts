/**
 * The orchestrator of the cell over NATS: `orchestrator.ts CAMERA ROBOT`. It records and
 * moves for ever, and says each time when something begins or fails.
 *
 * @module
 */
import { RpcError } from "../../../mod.ts";
import { reconnect } from "../../../reconnect/mod.ts";
import { Camera, Robot } from "../../../examples/cell/interfaces.ts";

const [cameraAddress, robotAddress] = Deno.args as [
  `nats://${string}`,
  `nats://${string}`,
];
const options = {
  nats: { noRandomize: true },
  backoff: { initial: 50, max: 200 },
};
const cameraLink = reconnect(cameraAddress, options);
const robotLink = reconnect(robotAddress, options);
const camera = Camera.client(cameraLink);
const robot = Robot.client(robotLink);

async function record(): Promise<void> {
  await cameraLink.ready();
  using recording = await camera.record({ frames: 1_000_000 });
  for await (const { body: { frame } } of recording.updates()) {
    if (frame === 1) console.log("camera: records");
  }
  await recording.response();
}

let arrived = false;

async function move(): Promise<void> {
  await robotLink.ready();
  for (const pose of [[30, 0, 0], [0, 0, 0]]) {
    await robot.move(pose, { timeout: 5000 });
    if (!arrived) console.log("robot: moves");
    arrived = true;
  }
}

async function forEver(name: string, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await work();
    } catch (error) {
      arrived &&= name !== "robot";
      if (!(error instanceof RpcError)) throw error;
      console.log(`${name}: lost, ${error.message}`);
    }
  }
}

await Promise.all([forEver("camera", record), forEver("robot", move)]);
