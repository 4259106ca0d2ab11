import { assertEquals } from "@std/assert";
import { body, defineInterface } from "../../../interface/mod.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";

/** A robot, whose joints anybody may watch. */
export const Robot = defineInterface({
  name: "Robot",
  services: { stop: { id: 1, response: body<string>() } },
  streams: {
    joints: {
      id: 1,
      doc: "Where it is.",
      from: "server",
      body: body<number[]>("Joints"),
    },
    beat: { id: 2, from: "server" },
    jog: { id: 3, from: "client", body: body<number>() },
    wake: { id: 4 },
  },
});

/** Handlers of a robot that only stops. */
export const ROBOT = { stop: () => "stopped", jog() {}, wake() {} };

/** A client of a robot, and the peer that serves it. */
export async function robot(
  scene: Scene,
  options: Parameters<Scene["pair"]>[0] = {},
): Promise<{
  peer: TestPeer;
  server: TestPeer;
  client: ReturnType<typeof Robot.client>;
}> {
  const [peer, server] = await scene.pair(options);
  Robot.serve(server, ROBOT);
  return { peer, server, client: Robot.client(peer) };
}

/** Waits until everything that was sent before has arrived. */
export async function arrived(
  client: ReturnType<typeof Robot.client>,
): Promise<void> {
  assertEquals(await client.stop(), "stopped");
}
