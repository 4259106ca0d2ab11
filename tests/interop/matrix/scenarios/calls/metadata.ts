import { assertEquals, assertRejects } from "@std/assert";
import type { TestPeer } from "../../../../support/scene.ts";
import { Camera } from "../../../support/camera_interface.ts";
import { ECHO, TALLY } from "../../../support/services.ts";
import { bothWays } from "../../both_ways.ts";
import type { Scenario } from "../../scenario.ts";

const WITH_METADATA = { metadata: { user: "x" } };

async function check(peer: TestPeer): Promise<void> {
  for (
    const send of [
      () => peer.call(ECHO, "", WITH_METADATA),
      () => peer.sendRequest(ECHO, "", WITH_METADATA),
      () => Camera.client(peer).ping(WITH_METADATA),
    ]
  ) await assertRejects(send, TypeError, "metadata needs extensions: true");
  const { messagesSent, openSentRequests } = peer.stats();
  assertEquals([messagesSent, openSentRequests], [0, 0]);
  assertEquals((await peer.call(TALLY, "")).text(), "0");
}

export const metadata: Scenario = bothWays(
  "metadata is refused here, and nothing is sent",
  check,
);
