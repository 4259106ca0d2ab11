/** `fizyr list`, `describe`, `ping`, `completions` and the help of all. */
import { assert, assertEquals } from "@std/assert";
import { describe, type InterfaceDefinition } from "../../interface/mod.ts";
import { connect } from "../../mod.ts";
import { makeProgram } from "../../cli/program.ts";
import { testWith } from "../support/permissions.ts";
import { Camera, handlers } from "../interface/support/camera.ts";
import { SilentServer } from "./silent_server.ts";
import { fizyr, serveOn, stdinOf } from "./support.ts";

const CAMERA = new URL("../interface/support/camera.ts", import.meta.url)
  .pathname;
const RUST = new URL("../interface/rust/supermarket.rs", import.meta.url)
  .pathname;
const COMMANDS = [
  "list",
  "describe",
  "call",
  "stream",
  "watch",
  "replay",
  "serve",
  "ping",
  "bench",
  "top",
  "inspect",
  "completions",
];

testWith("all", "list gives a line for each service and stream", async () => {
  await using server = serveOn(Camera.implement(handlers), {
    describe: {
      program: { name: "cell", version: "1.2" },
      hidden: () => true,
    },
  });
  const { code, out, err } = await fizyr(["list", server.address]);
  assertEquals([code, err], [0, "Interfaces of the server (cell 1.2): Camera"]);
  const items = out.map((line) => JSON.parse(line));
  assertEquals(items.map(({ name, kind, id }) => [name, kind, id]), [
    ["Camera.name", "service", 1],
    ["Camera.record", "service", 2],
    ["Camera.temperature", "stream", 1],
    ["Camera.tick", "stream", 2],
  ]);
  assertEquals(items[1].updates, ["state", "image", "cancel", "exposure"]);
  const all = await fizyr(["list", server.address, "--hidden"]);
  assert(all.out.some((line) => line.includes("Camera.reset")));
});

testWith("all", "describe writes text, and the other formats", async () => {
  await using server = serveOn(Camera.implement(handlers));
  const { address } = server;
  const { code, out } = await fizyr(["describe", address]);
  assertEquals(code, 0);
  assertEquals(out.join("\n").split("\n"), [
    "Camera (JSON)",
    "  A camera that records.",
    "",
    "  name() -> String    service 1",
    "",
    "  record(Recording) -> bytes    service 2",
    "      Records frames.",
    "    <- state: State    update 1",
    "    <- image: bytes    update 2",
    "    -> cancel: nothing    update 1",
    "         Stops the recording.",
    "    -> exposure: f64    update 2",
    "",
    "  -> temperature: f64    stream 1",
    "",
    "  -> tick: nothing    stream 2",
  ]);
  const formatted = async (format: string): Promise<string> => {
    const args = ["describe", address, "Camera", "--format", format];
    return (await fizyr(args)).out.join("\n");
  };
  assert((await formatted("markdown")).startsWith("# Camera"));
  assert((await formatted("html")).startsWith("<!DOCTYPE html>"));
  assert((await formatted("rust")).includes("pub interface Camera {"));
  await using peer = await connect<string>(address);
  const { interfaces } = await describe(peer);
  const json: InterfaceDefinition = JSON.parse(await formatted("json"));
  assertEquals({ ...json, extensions: false }, interfaces[0]);
});

testWith("all", "describe reads modules and Rust source", async () => {
  const module = await fizyr(["describe", CAMERA, "Camera"]);
  assertEquals(module.code, 0);
  assert(module.out[0]?.startsWith("Camera (JSON)"));
  const rust = await fizyr(["describe", RUST, "--format", "typescript"]);
  assertEquals(rust.code, 0);
  assert(rust.out[0]?.includes("defineInterface("));
  const wrong = await fizyr(["describe", CAMERA, "--format", "typescript"]);
  assertEquals([wrong.code, wrong.out], [2, []]);
  const missing = await fizyr(["describe", CAMERA, "Other"]);
  assertEquals([missing.code, missing.out], [1, []]);
  assertEquals((await fizyr(["describe", "/nowhere.ts"])).code, 1);
});

testWith("all", "ping gives each round trip, and figures", async () => {
  await using server = serveOn(Camera.implement(handlers));
  const { code, out } = await fizyr(["ping", server.address, "--count", "3"]);
  assertEquals(code, 0);
  const lines = out.map((line) => JSON.parse(line));
  assertEquals(lines.slice(0, 3).map(({ ping }) => ping), [1, 2, 3]);
  const times = lines.slice(0, 3).map(({ ms }) => ms as number);
  const { count, min, median, p99, max } = lines[3];
  const sorted = times.toSorted((a, b) => a - b);
  assertEquals([count, min, median, p99, max], [
    3,
    sorted[0],
    sorted[1],
    sorted[2],
    sorted[2],
  ]);
  const wrong = await fizyr(["ping", server.address, "--count", "0"]);
  assertEquals(wrong.code, 2);
});

testWith("all", "a server that never answers is told of", async () => {
  await using server = new SilentServer();
  const args = ["list", server.address, "--describe-timeout", "20ms"];
  const { code, out, err } = await fizyr(args);
  assertEquals([code, out], [4, []]);
  assert(err.includes("within 0.02 s"), err);
  assert(err.includes("--interface FILE"), err);
  const given = ["list", server.address, "--interface", CAMERA];
  assertEquals((await fizyr(given)).out.length, 5);
  const ping = ["ping", server.address, "--timeout", "20ms"];
  assertEquals((await fizyr(ping)).code, 4);
});

testWith("all", "the help of each command goes to stdout", async () => {
  for (const args of [[], ["--help"], ...COMMANDS.map((c) => [c, "--help"])]) {
    const { code, out, err } = await fizyr(args);
    assertEquals([args, code, err], [args, 0, ""]);
    assert(out.join("\n").includes("Usage: fizyr"), out.join("\n"));
    assert(out.join("\n").includes("Example"), out.join("\n"));
  }
  const unknown = await fizyr(["lst"]);
  assertEquals([unknown.code, unknown.out], [2, []]);
  assert(unknown.err.includes("unknown command 'lst'"), unknown.err);
});

testWith("all", "each shell gets a script that completes", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, out } = await fizyr(["completions", shell]);
    assertEquals(code, 0);
    const script = out.join("\n");
    for (const word of [...COMMANDS, "progress-timeout"]) {
      assert(script.includes(word), `${shell}: ${word}`);
    }
  }
  assertEquals((await fizyr(["completions", "tcsh"])).code, 2);
});

testWith("all", "bash completes commands and options", async () => {
  const { out } = await fizyr(["completions", "bash"]);
  const complete = async (...words: string[]): Promise<string[]> => {
    const script = `${out.join("\n")}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length - 1}
_fizyr
echo "\${COMPREPLY[*]}"`;
    const { stdout } = await new Deno.Command("bash", {
      args: ["-c", script],
    }).output();
    return new TextDecoder().decode(stdout).trim().split(" ");
  };
  assertEquals(await complete("fizyr", "de"), ["describe"]);
  assertEquals(await complete("fizyr", "call", "host", "--r"), ["--raw"]);
});

Deno.test("all commands have a summary", () => {
  const nothing = () => {};
  const io = {
    ...{ out: nothing, err: nothing, signal: AbortSignal.abort() },
    stdin: () => stdinOf(""),
  };
  for (const command of makeProgram(io).commands) {
    assert(command.summary() !== "", command.name());
  }
});
