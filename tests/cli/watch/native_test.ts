/** `fizyr watch` before a server of the native crate, with its Rust source. */
import { assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import { connect } from "../../../mod.ts";
import { Camera } from "../../interop/support/camera_interface.ts";
import {
  NATIVE,
  NATIVE_PROGRAM,
  whyNoNative,
} from "../../interop/support/native_program.ts";
import { Program } from "../../interop/support/program.ts";
import { HANGS_AFTER } from "../../support/hangs_after.ts";
import { PERMISSIONS } from "../../support/permissions.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { fizyr } from "../support.ts";
import { outline, Watched } from "./watched.ts";

const missing = PERMISSIONS.all.granted ? whyNoNative() : PERMISSIONS.all.flag;

const RECORDING = [
  ["client", "request", "Camera.record", {
    images: 1,
    until_cancelled: false,
  }],
  ["server", "update", "Camera.record state", "Preparing"],
  ["server", "update", "Camera.record state"],
  ["server", "update", "Camera.record image"],
  ["server", "response", "Camera.record", { images: 1, cancelled: null }],
];

for (const transport of ["unix", "unix+seqpacket"]) {
  Deno.test({
    name: `a native server is watched, and asked again: ${transport}${
      missing === null ? "" : ` [needs ${missing}]`
    }`,
    ignore: missing !== null,
    fn: async () => {
      using folder = new TempDir();
      const to = `${transport}:${folder.file("s")}`;
      const file = folder.file("trace.pcapng");
      await using server = new Program(NATIVE_PROGRAM, ["camera-serve", to]);
      await deadline(server.line(), HANGS_AFTER);
      {
        const watched = await Watched.start({
          ...{ to, listen: `${transport}:${folder.file("w")}` },
          options: ["--interface", `${NATIVE}src/camera.rs`, "--save", file],
        });
        {
          await using peer = await connect<string>(watched.address);
          const camera = Camera.client(peer as never);
          const request = await camera.record({
            ...{ images: 1, until_cancelled: false },
          });
          await request.response();
          const lines = await watched.lines(RECORDING.length);
          assertEquals(
            lines.map(outline).map((line, i) =>
              line.slice(0, RECORDING[i]!.length)
            ),
            RECORDING,
          );
        }
        await watched.said("the server has ended");
        await watched.stop();
      }
      const again = await fizyr(["replay", file, to]);
      assertEquals([again.code, again.out], [0, []], again.err);
    },
  });
}
