import { assertEquals } from "@std/assert";
import { ECHO } from "../../support/services.ts";
import type { Scenario } from "../scenario.ts";
import { ENDED } from "../scene.ts";

/** 4 GiB less than 12, in a release build; a debug build panics. */
const WRAPPED =
  "error: payload too large: maximum payload size is 8192, got 4294967295";

/** No peer of ours sends such a frame: it is written by hand. */
export const shortFrame: Scenario = {
  name: "a frame whose length is below 12 ends its connection only",
  defect: "B: the length wraps",
  where: ({ raw }) => raw !== null,

  async toNative(scene) {
    const native = await scene.nativeServer();
    const peer = await scene.connect(native);
    const conn = await scene.dial(native);
    await conn.write(frame(scene.endian));
    assertEquals(await native.take(2), [WRAPPED, ENDED]);
    assertEquals(await conn.read(new Uint8Array(1)), null);
    assertEquals((await peer.call(ECHO, "go on")).text(), "go on");
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    const [conn, native] = await scene.answer("ask:idle");
    assertEquals(await native.line(), "idle");
    await conn.write(frame(scene.endian));
    assertEquals(await native.end(), [[WRAPPED, ENDED, "done"], 0]);
  },
};

/** A request whose length says 11. */
function frame(endian: string): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, 11, endian === "little");
  return bytes;
}
