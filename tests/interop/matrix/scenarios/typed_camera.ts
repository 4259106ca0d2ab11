import { assert, assertEquals } from "@std/assert";
import {
  type ClientOf,
  type HandlersOf,
  InvalidMessageError,
} from "../../../../interface/mod.ts";
import { rejectsWith } from "../../../support/expect.ts";
import { Camera, type Image } from "../../support/camera_interface.ts";
import type { Scenario } from "../scenario.ts";

const IMAGES: readonly Image[] = [
  { index: 0, width: 2, height: 1, format: "Mono8", data: [0, 1] },
  { index: 1, width: 2, height: 1, format: "Rgb8", data: [0, 1, 2, 3, 4, 5] },
];

/** What the native client of an interface is answered with. */
function handlers(
  camera: ClientOf<typeof Camera>,
  celsius: number[],
): HandlersOf<typeof Camera> {
  return {
    ping: () => {},
    record: async function* ({ images, until_cancelled }, request) {
      if (images === 0) throw new Error("nothing to record");
      yield { name: "state", body: "Preparing" };
      yield { name: "state", body: { Recording: { exposure_ms: 20 } } };
      for (const image of IMAGES.slice(0, images)) {
        yield { name: "image", body: image };
      }
      if (!until_cancelled) return { images, cancelled: null };
      const { value } = await request.updates().next();
      return { images, cancelled: value?.body.reason ?? null };
    },
    reset: () => camera.temperature({ celsius: 21.5 }),
    temperature: (temperature) => {
      celsius.push(temperature.celsius);
    },
  };
}

/** Typed on both sides. */
export const typedCamera: Scenario = {
  name: "an interface of the interface! macro and defineInterface",

  async toNative(scene) {
    const native = await scene.nativeServer("camera-serve");
    const peer = await scene.connect(native);
    const camera = Camera.client(peer);
    assertEquals(await camera.ping(), undefined);

    const recording = await camera.record({ images: 2, until_cancelled: true });
    const seen: unknown[] = [];
    for await (const { name, body } of recording.updates()) {
      seen.push(name === "state" ? body : body.index);
      if (name === "image" && body.index === 1) {
        await recording.send.cancel({ reason: "enough" });
      }
    }
    assertEquals(seen, ["Preparing", { Recording: { exposure_ms: 20 } }, 0, 1]);
    assertEquals(await recording.response(), {
      images: 2,
      cancelled: "enough",
    });

    const refused = await camera.record({ images: 0, until_cancelled: false });
    const error = await rejectsWith("remote-error", () => refused.response());
    assertEquals(error.message, "Camera.record: nothing to record");
    // What the types don't allow is refused there, too.
    const invalid = await camera.record({ images: -1 } as never);
    await rejectsWith("remote-error", () => invalid.response());
    assertEquals((await native.line())?.slice(0, 8), "refused:");

    assertEquals(await camera.reset(), undefined);
    const message = await Camera.messages(peer).recvMessage();
    assert(message?.name === "temperature");
    assertEquals(message.body, { celsius: 21.5 });
    await camera.temperature({ celsius: -3 });
    assertEquals(
      await native.line(),
      "Temperature(Temperature { celsius: -3.0 })",
    );
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    const errors: unknown[] = [];
    const [peer, native] = await scene.fromNative("camera-ask", {
      onError: (error) => errors.push(error),
    });
    const celsius: number[] = [];
    await Camera.serve(peer, handlers(Camera.client(peer), celsius));
    const [lines, code] = await native.end();
    assertEquals(code, 0);
    assertEquals(lines.filter((line) => !line.startsWith("record: Ok(")), [
      "ping: Ok(())",
      "cancel: Ok(())",
      `record: Err("nothing to record")`,
      "reset: Ok(())",
      "Stream(Temperature(Temperature { celsius: 21.5 }))",
      "ping: Ok(())",
      "done",
    ]);
    assertEquals(
      lines.filter((line) => line.startsWith("record: Ok(Recording")),
      [
        "record: Ok(Recording { images: 2, cancelled: None })",
        `record: Ok(Recording { images: 1, cancelled: Some("enough") })`,
      ],
    );
    assertEquals(celsius, [-3]);
    // The one that was thrown.
    assertEquals(errors.map(String), ["Error: nothing to record"]);
    assert(!errors.some((error) => error instanceof InvalidMessageError));
    assertEquals(await peer.closed, null);
  },
};
