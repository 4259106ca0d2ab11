/** Each example runs with the permissions that its header names, and needs all of them. */
import { assert, assertEquals } from "@std/assert";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";
import { namedCommands } from "./named_commands.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);

/** What they are run with, for each command that they name. */
const ARGS: Record<string, readonly (readonly string[])[]> = {
  "camera_server.ts": ["unix+shm:", "unix+seqpacket:", "unix:"]
    .map((scheme) => [`${scheme}camera.sock`]),
  "camera_viewer.ts": ["unix+shm:", "unix+seqpacket:", "unix:"]
    .map((scheme) => [`${scheme}camera.sock`]),
  "demo/operator.ts": [["tcp://127.0.0.1:1"]],
  "cell/camera.ts": [["camera.sock"]],
  "cell/orchestrator.ts": [["camera.sock", "robot.sock"]],
  "cell/robot.ts": [["robot.sock"]],
  "demo/impatient.ts": [["unix:/tmp/camera.sock"]],
  "tcp_client.ts": [["127.0.0.1:1"]],
  "tcp_server.ts": [["127.0.0.1:0"]],
  "unix_seqpacket_client.ts": [["rpc.sock", "file"]],
  "unix_seqpacket_server.ts": [[]],
  "unix_stream_client.ts": [[]],
  "unix_stream_server.ts": [[]],
  "websocket_client.ts": [["ws://127.0.0.1:1/rpc"]],
  "websocket_server.ts": [["0"]],
  "worker.ts": [[]],
};

/** Those that start processes, which takes all permissions in effect. */
const WITH_ALL = [
  "camera.ts",
  "cell.ts",
  "cell_page.ts",
  "cell/web/server.ts",
  "demo.ts",
];

/** The examples that name a command. */
function* examples(folder = ""): Generator<string> {
  for (
    const { name, isDirectory } of Deno.readDirSync(
      new URL(folder || ".", EXAMPLES),
    )
  ) {
    const path = `${folder}${name}`;
    if (isDirectory) yield* examples(`${path}/`);
    else if (path.endsWith(".ts") && namedCommands(path, "").length > 0) {
      yield path;
    }
  }
}

testWith("read", "All examples name their permissions", () => {
  for (const name of examples()) {
    const all = namedCommands(name, "").some((flags) => flags.includes("-A"));
    const known = all ? WITH_ALL.includes(name) : name in ARGS;
    assert(known, `${name}: ${JSON.stringify(namedCommands(name, ""))}`);
  }
});

for (const [name, all] of Object.entries(ARGS)) {
  testWith("all", `${name} needs each permission that it names`, async () => {
    using folder = new TempDir();
    const cwd = name === "worker.ts" ? Deno.cwd() : folder.path;
    const script = new URL(name, EXAMPLES).href;
    const commands = namedCommands(name, cwd);
    assertEquals(commands.length, all.length);
    for (const [i, flags] of commands.entries()) {
      for (const missing of flags) {
        const fewer = flags.filter((flag) => flag !== missing);
        const args = ["run", "--no-prompt", "--no-check", ...fewer, script];
        const { code, stderr } = await runDeno([...args, ...all[i]!], { cwd });
        assertEquals(code, 1, `${missing} is not needed`);
        assert(/NotCapable|Requires \w+ access/.test(stderr), stderr);
      }
    }
  });
}
