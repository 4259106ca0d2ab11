import type { PeerHandle } from "@fizyr/rpc";
import { Broadcast } from "@fizyr/rpc/interface";
import { Robot } from "../interfaces.ts";

const { outOfReach } = Robot.errors.move;

/** Serves a page the robot. */
export async function relayRobot(
  page: PeerHandle,
  source: PeerHandle,
): Promise<void> {
  const robot = Robot.client(source);
  using states = new Broadcast(Robot.streams.joints);
  states.add(page);
  robot.joints.on((joints) => states.send(joints));
  await Robot.serve(page, {
    async move(pose, { signal }) {
      try {
        return await robot.move(pose, { signal });
      } catch (error) {
        throw error instanceof outOfReach ? new outOfReach(error.data) : error;
      }
    },
  });
}
