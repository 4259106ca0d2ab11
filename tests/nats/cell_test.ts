/**
 * The cell on two hosts, over a cluster of NATS with a node on each: the camera on the
 * first one, the robot and the orchestrator on the second. Each part is killed in turn.
 */
import { assert, assertEquals } from "@std/assert";
import {
  NatsServer,
  testWithNats,
  whyNoNats,
} from "../support/servers/nats_server.ts";
import { type Hosts, namespaces, sameMachine } from "./cell/hosts.ts";
import { Program } from "./cell/program.ts";

testWithNats(
  "cell over NATS: each part is killed, and the rest goes on",
  async () => {
    await using machine = sameMachine();
    await killInTurn(machine);
  },
);

const lacking = await lackOfNamespaces();
const name =
  "cell over NATS on two hosts: each part is killed, and the rest goes on";

Deno.test({
  name: lacking === null ? name : `${name} [needs ${lacking}]`,
  ignore: lacking !== null,
  async fn() {
    await using hosts = (await namespaces())!;
    await killInTurn(hosts);
  },
});

/** What is missing for two hosts; null if nothing is. */
async function lackOfNamespaces(): Promise<string | null> {
  const noNats = whyNoNats();
  if (noNats !== null) return noNats;
  await using hosts = await namespaces();
  return hosts === null ? "root, iproute2 and network namespaces" : null;
}

async function killInTurn({ hosts: [first, second] }: Hosts): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const log = ["The cell begins."];

  const startNode = (
    { ip, inside }: typeof first,
    before: Partial<NatsServer>,
    routes: string[],
  ): Promise<NatsServer> =>
    NatsServer.start({
      ...{ hostname: ip, inside, routes },
      port: before.port ?? -1,
      cluster: before.clusterPort ?? true,
    });
  const route = ({ hostname, clusterPort }: NatsServer): string =>
    `${hostname}:${clusterPort}`;
  let nodeA = await startNode(first, {}, []);
  stack.defer(() => nodeA.kill());
  let nodeB = await startNode(second, {}, [route(nodeA)]);
  stack.defer(() => nodeB.kill());

  const hostsOfA = `nats://${nodeA.host},${nodeB.host}`;
  const hostsOfB = `nats://${nodeB.host},${nodeA.host}`;
  const start = (host: typeof first, script: string, ...args: string[]) =>
    stack.use(new Program(host, script, args));
  const startCamera = async (): Promise<Program> => {
    const camera = start(first, "camera.ts", `${hostsOfA}/cell.camera`);
    await camera.until("listening");
    return camera;
  };
  const startRobot = async (): Promise<Program> => {
    const robot = start(second, "robot.ts", `${hostsOfB}/cell.robot`);
    await robot.until("listening");
    return robot;
  };
  const startOrchestrator = (): Program =>
    start(
      second,
      "orchestrator.ts",
      `${hostsOfB}/cell.camera`,
      `${hostsOfB}/cell.robot`,
    );
  let orchestrator: Program;
  /** Writes down what the orchestrator says, until it has said all of these. */
  const tell = async (...starts: string[]): Promise<void> => {
    const lines = await orchestrator.until(...starts);
    log.push(...lines.map((line) => `  ${line}`));
  };

  let camera = await startCamera();
  let robot = await startRobot();
  orchestrator = startOrchestrator();
  await tell("camera: records", "robot: moves");

  log.push("The camera is killed, and started again.");
  await camera.kill();
  await tell("camera: lost");
  camera = await startCamera();
  await tell("camera: records");

  log.push("The robot is killed, and started again.");
  await robot.kill();
  await tell("robot: lost");
  robot = await startRobot();
  await tell("robot: moves");

  log.push(
    "The node of the first host is killed: the camera goes to the other.",
  );
  await nodeA.kill();
  await tell("camera: lost", "camera: records");
  nodeA = await startNode(first, nodeA, [route(nodeB)]);

  log.push("The node of the second host is killed: all go to the other.");
  await nodeB.kill();
  await tell(
    "camera: lost",
    "robot: lost",
    "camera: records",
    "robot: moves",
  );
  nodeB = await startNode(second, nodeB, [route(nodeA)]);

  log.push(
    "The orchestrator is killed: the camera stops, until the next one.",
  );
  await orchestrator.kill();
  await camera.until("stopped recording");
  orchestrator = startOrchestrator();
  await tell("camera: records", "robot: moves");

  const story = log.join("\n").replace(
    /10\.78\.0\.\d:\d+|127\.0\.0\.1:\d+/g,
    "NODE",
  );
  if (Deno.env.get("SHOW_LOG") !== undefined) console.log(story);
  assertEquals(story.match(/^\S.*$/gm)?.length, 6);
  for (const line of log) {
    // Each loss says why.
    if (line.includes(": lost")) {
      assert(
        /gone|is lost|nobody serves/.test(line),
        line,
      );
    }
  }
}
