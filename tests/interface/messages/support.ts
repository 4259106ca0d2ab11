import { assert, assertEquals } from "@std/assert";
import {
  type InterfaceOptions,
  InvalidMessageError,
} from "../../../interface/mod.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import { Camera, handlers } from "../support/camera.ts";

/** A client without an interface, and what the server's onError was told. */
export async function serving(
  scene: Scene,
  options: InterfaceOptions = {},
): Promise<[TestPeer, unknown[]]> {
  const errors: unknown[] = [];
  const [client, server] = await scene.pair({
    right: { onError: (error) => errors.push(error) },
  });
  Camera.serve(server, handlers, options);
  return [client, errors];
}

/** What an invalid message is told as: code, id, type, and the body that came. */
export function told(error: unknown): unknown[] {
  assert(error instanceof InvalidMessageError, String(error));
  const { code, serviceId, messageType, received, fatal, side } = error;
  assertEquals([fatal, side], [false, "remote"]);
  assertEquals(received.header.serviceId, serviceId);
  return [code, serviceId, messageType, received.text()];
}
