import { assertEquals } from "@std/assert";
import { rejectsWith } from "../../../support/expect.ts";
import type { Scenario } from "../scenario.ts";

/** `native/src/camera.rs` is the interface. */
const PING = 0, RECORD = 2, RESET = 7, NO_SUCH_SERVICE = 99;
const CANCEL = 0, STATE = 0, IMAGE = 1, TEMPERATURE = 1;

const STATES = ["Preparing", { Recording: { exposure_ms: 20 } }];
const IMAGES = [
  { index: 0, width: 2, height: 1, format: "Mono8", data: [0, 1] },
  { index: 1, width: 2, height: 1, format: "Rgb8", data: [0, 1, 2, 3, 4, 5] },
];

/** Typed on the native side, by hand on this one. */
export const camera: Scenario = {
  name: "an interface of the interface! macro, with JSON bodies",

  async toNative(scene) {
    const native = await scene.nativeServer("camera-serve");
    const peer = await scene.connect(native);
    assertEquals((await peer.call(PING, "null")).json(), null);

    const recording = await peer.sendRequest(
      RECORD,
      JSON.stringify({ images: 2, until_cancelled: true }),
    );
    const updates: [number, unknown][] = [];
    for await (const update of recording) {
      updates.push([update.header.serviceId, update.json()]);
      if (updates.length < 4) continue;
      await recording.sendUpdate(CANCEL, JSON.stringify({ reason: "enough" }));
    }
    assertEquals(updates, [
      ...STATES.map((state): [number, unknown] => [STATE, state]),
      ...IMAGES.map((image): [number, unknown] => [IMAGE, image]),
    ]);
    const response = await recording.recvResponse();
    assertEquals(response.header.serviceId, RECORD);
    assertEquals(response.json(), { images: 2, cancelled: "enough" });

    const refused: [number, string, string][] = [
      [RECORD, `{"images":0,"until_cancelled":false}`, "nothing to record"],
      [RECORD, "[]", "received invalid request message with service ID 2"],
      [NO_SUCH_SERVICE, "", "received unknown request message with service ID"],
    ];
    for (const [service, body, text] of refused) {
      const call = () => peer.call(service, body);
      const { message } = await rejectsWith("remote-error", call);
      assertEquals(message.slice(0, text.length), text);
    }
    assertEquals((await native.take(2)).map((line) => line.slice(0, 8)), [
      "refused:",
      "refused:",
    ]);

    assertEquals((await peer.call(RESET, "null")).json(), null);
    const temperature = await peer.recvMessage();
    assertEquals(
      temperature?.kind === "stream" && temperature.message.json(),
      { celsius: 21.5 },
    );
    await peer.sendStream(TEMPERATURE, JSON.stringify({ celsius: -3 }));
    assertEquals(
      await native.line(),
      "Temperature(Temperature { celsius: -3.0 })",
    );
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    const [peer, native] = await scene.fromNative("camera-ask");
    const celsius: unknown[] = [];
    await peer.serve({
      [PING]: () => "null",
      [RECORD]: async (request, body) => {
        const { images, until_cancelled } = body.json() as {
          images: number;
          until_cancelled: boolean;
        };
        if (images === 0) {
          return await request.sendErrorResponse("nothing to record");
        }
        for (const state of STATES) {
          await request.sendUpdate(STATE, JSON.stringify(state));
        }
        for (const image of IMAGES.slice(0, images)) {
          await request.sendUpdate(IMAGE, JSON.stringify(image));
        }
        const cancelled = until_cancelled
          ? (await request.recvUpdate())?.json() as { reason: string }
          : null;
        return JSON.stringify({ images, cancelled: cancelled?.reason ?? null });
      },
      [RESET]: async (request) => {
        await request.sendResponse(RESET, "null");
        await peer.sendStream(TEMPERATURE, `{"celsius":21.5}`);
      },
    }, {
      stream: (message) => void celsius.push(message.json()),
    });
    const first =
      "Image(Image { index: 0, width: 2, height: 1, format: Mono8, data: [0, 1] })";
    const second =
      "Image(Image { index: 1, width: 2, height: 1, format: Rgb8, " +
      "data: [0, 1, 2, 3, 4, 5] })";
    const states = [
      "record: Ok(State(Preparing))",
      "record: Ok(State(Recording { exposure_ms: 20 }))",
    ];
    assertEquals(await native.end(), [[
      "ping: Ok(())",
      ...states,
      `record: Ok(${first})`,
      `record: Ok(${second})`,
      "record: Ok(Recording { images: 2, cancelled: None })",
      ...states,
      `record: Ok(${first})`,
      "cancel: Ok(())",
      `record: Ok(Recording { images: 1, cancelled: Some("enough") })`,
      `record: Err("nothing to record")`,
      "reset: Ok(())",
      "Stream(Temperature(Temperature { celsius: 21.5 }))",
      "ping: Ok(())",
      "done",
    ], 0]);
    assertEquals(celsius, [{ celsius: -3 }]);
    assertEquals(await peer.closed, null);
  },
};
