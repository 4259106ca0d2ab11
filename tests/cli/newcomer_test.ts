/**
 * What a newcomer finds out who has nothing but the address of the demo's camera:
 * each step with the command, and without a line of code.
 */
import { assert, assertEquals } from "@std/assert";
import { supervise } from "../../supervise/mod.ts";
import { CameraProcess } from "../../examples/demo/camera.ts";
import { programArgs } from "../../examples/demo/child.ts";
import { linesOf } from "../../tools/lines_of.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { COMMAND, fizyr } from "./support.ts";

/** The camera in a process of its own, as the demo starts it. */
async function startCamera() {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(new TempDir());
  const stopped = Promise.withResolvers<string>();
  const camera = stack.use(supervise({
    name: "camera",
    command: [
      Deno.execPath(),
      ...programArgs("./server", ["-A"], [folder.file("camera.sock")]),
    ],
    output(line) {
      if (line.includes("stopped at frame")) stopped.resolve(line);
    },
  }));
  const addresses = await CameraProcess.client(camera.link).addresses();
  const started = stack.move();
  return {
    addresses,
    /** What it says when a recording is stopped. */
    stopped: stopped.promise,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

testWith(
  "all",
  "a newcomer finds out what the demo's camera does",
  async () => {
    await using camera = await startCamera();
    for (const address of camera.addresses) {
      const list = await fizyr(["list", address]);
      assertEquals([list.code, list.err], [
        0,
        "Interfaces of the server (demo camera): Camera",
      ]);
      assertEquals(list.out.map((line) => JSON.parse(line).name), [
        "Camera.name",
        "Camera.record",
        "Camera.temperature",
      ]);
    }
    const [address] = camera.addresses as [string];
    const described = await fizyr(["describe", address]);
    assert(described.out.join().includes("Stops the recording."));

    const call = await fizyr([
      "call",
      address,
      "Camera.record",
      '{"frames":2}',
    ]);
    const lines = call.out.map((line) => JSON.parse(line));
    assertEquals(call.code, 0);
    assertEquals(lines.slice(0, 2), [
      { update: "state", body: { state: "exposing", frame: 1, frames: 2 } },
      { update: "state", body: { state: "exposing", frame: 2, frames: 2 } },
    ]);
    assertEquals(atob(lines[2]).length, 640 * 480);
    const stop = [
      "call",
      address,
      "record",
      '{"frames":100}',
      "--send",
      "stop",
    ];
    const stopped = await fizyr(stop);
    assertEquals(stopped.code, 1);
    assert(stopped.err.includes("stopped at frame"), stopped.err);

    const stream = ["stream", address, "Camera.temperature", "--count", "2"];
    const [first, second] = (await fizyr(stream)).out.map(Number);
    assertEquals(second, first! + 0.5);
    const top = await fizyr(["top", address, "--count", "1"]);
    const { services } = JSON.parse(top.out[0]!).interfaces[0];
    assertEquals(
      services.map(({ name, calls }: Record<string, unknown>) => [
        name,
        calls,
      ]),
      [["Camera.name", 0], ["Camera.record", 2]],
    );
  },
);

testWith("all", "Ctrl-C cancels a recording of the demo's camera", async () => {
  await using camera = await startCamera();
  const [address] = camera.addresses as [string];
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", "--no-check", COMMAND],
      ...["call", address, "Camera.record", '{"frames":100}'],
    ],
    ...{ stdin: "null", stdout: "piped", stderr: "null" },
  }).spawn();
  const lines = linesOf(child.stdout).getReader();
  const { value } = await lines.read();
  assertEquals(JSON.parse(value!).body.frame, 1);
  child.kill("SIGINT");
  assertEquals((await child.status).code, 130);
  await lines.cancel();
  assert((await camera.stopped).includes("stopped at frame"));
});
