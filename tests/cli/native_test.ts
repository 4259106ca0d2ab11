/** A server of the native crate, with the interface of its Rust source. */
import { assert, assertEquals } from "@std/assert";
import {
  NATIVE,
  NATIVE_PROGRAM,
  whyNoNative,
} from "../interop/support/native_program.ts";
import { Program } from "../interop/support/program.ts";
import { PERMISSIONS, testUnless } from "../support/permissions.ts";
import { fizyr } from "./support.ts";

const RUST = `${NATIVE}src/camera.rs`;
const { granted, flag } = PERMISSIONS.all;
const missing = granted ? whyNoNative() : flag;

function nativeTest(
  name: string,
  fn: (address: string) => Promise<void>,
): void {
  testUnless(missing, name, async () => {
    const role = ["camera-serve", "127.0.0.1:0"];
    await using native = new Program(NATIVE_PROGRAM, role);
    await fn((await native.line())!.replace("listening on ", ""));
  });
}

nativeTest("a native server is called with updates", async (address) => {
  const from = [address, "--interface", RUST];
  const list = await fizyr(["list", ...from]);
  assert(list.out.some((line) => line.includes('"Camera.record"')));
  const body = JSON.stringify({ images: 1, until_cancelled: false });
  const { code, out, err } = await fizyr([
    ...["call", ...from, "Camera.record", body],
  ]);
  assertEquals([code, err], [0, `Interfaces of ${RUST}: Camera`]);
  assertEquals(out.map((line) => JSON.parse(line)), [
    { update: "state", body: "Preparing" },
    { update: "state", body: { Recording: { exposure_ms: 20 } } },
    {
      update: "image",
      body: { index: 0, width: 2, height: 1, format: "Mono8", data: [0, 1] },
    },
    { images: 1, cancelled: null },
  ]);
});

nativeTest("an update of the caller reaches it", async (address) => {
  const from = [address, "--interface", RUST];
  const body = JSON.stringify({ images: 3, until_cancelled: true });
  const { code, out } = await fizyr([
    ...["call", ...from, "record", body],
    ...["--send", 'cancel={"reason":"enough"}'],
  ]);
  assertEquals(code, 0);
  assertEquals(JSON.parse(out.at(-1)!).cancelled, "enough");
});

nativeTest("its error responses are told with their text", async (address) => {
  const from = [address, "--interface", RUST];
  const body = JSON.stringify({ images: 0, until_cancelled: false });
  const { code, err } = await fizyr(["call", ...from, "record", body]);
  assertEquals(code, 1);
  assert(err.includes("nothing to record"), err);
});

nativeTest("without its source, ids and bytes do", async (address) => {
  const { code, out } = await fizyr(["call", address, "--raw", "0", "null"]);
  assertEquals([code, out], [0, [`"${btoa("null")}"`]]);
});
