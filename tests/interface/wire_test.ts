/** What stands on the wire is what the native `interface!` macro makes. */
import { assertEquals } from "@std/assert";
import { MessageType } from "../../mod.ts";
import { conformance } from "../support/conformance.ts";
import { rejectsWith } from "../support/expect.ts";
import { Camera, handlers } from "./support/camera.ts";

const { Request, Response, RequesterUpdate, ResponderUpdate, Stream } =
  MessageType;

conformance(
  "a client sends ids and bodies as declared, null for nothing",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const camera = Camera.client(peer);
    const name = camera.name();
    assertEquals(await raw.recvPlain(), [Request, 0, 1, "null"]);
    await raw.send(Response, 0, 1, '"left"');
    assertEquals(await name, "left");

    const recording = await camera.record({ frames: 3 });
    assertEquals(await raw.recvPlain(), [Request, 1, 2, '{"frames":3}']);
    await recording.send.exposure(0.5);
    await recording.send.cancel();
    assertEquals(await raw.recvPlain(), [RequesterUpdate, 1, 2, "0.5"]);
    assertEquals(await raw.recvPlain(), [RequesterUpdate, 1, 1, "null"]);
    await raw.send(ResponderUpdate, 1, 2, "pixels");
    await raw.send(Response, 1, 2, "image");
    const updates = await Array.fromAsync(recording.updates());
    assertEquals(updates.map(({ name }) => name), ["image"]);
    assertEquals(new TextDecoder().decode(await recording.response()), "image");

    await camera.temperature(21.5);
    await camera.tick();
    assertEquals(await raw.recvPlain(), [Stream, 0, 1, "21.5"]);
    assertEquals(await raw.recvPlain(), [Stream, 0, 2, "null"]);
  },
);

conformance(
  "a response is a success whatever its id, but for -1",
  async (scene) => {
    // Servers that aren't made with the macro often answer with an id of their own.
    const [peer, raw] = await scene.raw();
    const camera = Camera.client(peer);
    const name = camera.name();
    await raw.recv();
    await raw.send(Response, 0, -7, '"left"');
    assertEquals(await name, "left");
    const error = rejectsWith("remote-error", () => camera.name());
    await raw.recv();
    await raw.send(Response, 1, -1, "no name");
    assertEquals((await error).message, "Camera.name: no name");
  },
);

conformance(
  "a server answers with the id of the service, and errors with -1",
  async (scene) => {
    const [peer, raw] = await scene.raw({ onError: () => {} });
    const serving = Camera.serve(peer, handlers);
    await raw.send(Request, 5, 1, "null");
    assertEquals(await raw.recvPlain(), [Response, 5, 1, '"camera"']);
    await raw.send(Request, 6, -2, "null");
    assertEquals(await raw.recvPlain(), [Response, 6, -2, "null"]);
    await raw.send(Request, 7, 2, '{"frames":1}');
    const state = '{"frame":1,"frames":1}';
    assertEquals(await raw.recvPlain(), [ResponderUpdate, 7, 1, state]);
    assertEquals(await raw.recvPlain(), [
      ResponderUpdate,
      7,
      2,
      "\x01\x02\x03",
    ]);
    assertEquals(await raw.recvPlain(), [Response, 7, 2, "\x01"]);
    await raw.send(Request, 8, 99, "");
    const text = "unknown-service: There is no service with the id 99";
    assertEquals(await raw.recvPlain(), [Response, 8, -1, text]);
    await Promise.all([peer.close(), raw.end()]);
    await serving;
  },
);
