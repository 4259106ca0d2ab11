import { assert } from "@std/assert";
import type { MessageOf } from "../../../interface/mod.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import { Camera } from "./camera.ts";

/** A request for a recording, as its server gets it. */
export type RecordRequest = Extract<
  MessageOf<typeof Camera>,
  { name: "record" }
>;

/** A client of a camera, its peer, and the server's next message: a recording. */
export async function connectCamera(
  scene: Scene,
): Promise<
  [ReturnType<typeof Camera.client>, () => Promise<RecordRequest>, TestPeer]
> {
  const [client, server]: [TestPeer, TestPeer] = await scene.pair();
  const messages = Camera.messages(server);
  const next = async (): Promise<RecordRequest> => {
    const message = await messages.recvMessage();
    assert(message?.kind === "request" && message.name === "record");
    return message;
  };
  return [Camera.client(client), next, client];
}

/** A recording on both sides, and the client's peer. */
export async function startRecording(scene: Scene, frames = 1) {
  const [camera, next, client] = await connectCamera(scene);
  const recording = await camera.record({ frames });
  const { request } = await next();
  return { camera, client, recording, request };
}
