import { assertEquals, assertRejects } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { namedFlags } from "./named_commands.ts";
import { Program } from "./program.ts";
import { TempDir } from "../support/files/temp_dir.ts";

/** Starts an example with the permissions that its header names, and no other. */
function start(name: string, args: string[], cwd = Deno.cwd()): Program {
  return new Program(name, namedFlags(name, cwd), args, cwd);
}

testWith(
  "run",
  "the TCP client gets its answer from the TCP server",
  async () => {
    await using server = start("tcp_server.ts", ["127.0.0.1:0"]);
    const address = await server.after("Listening on ");

    await using client = start("tcp_client.ts", [address, "Hi"]);
    const port = await client.after("Connected from port ");
    assertEquals(await client.end(), [
      "Update: Let me think",
      "Response: You said: Hi",
    ]);

    server.interrupt();
    assertEquals(await server.end(), [
      `Port ${port} connected`,
      "Request 0: Hi",
      `Port ${port} is gone`,
    ]);
  },
);

testWith(
  "run",
  "the WebSocket client gets its answer from the web server",
  async () => {
    await using server = start("websocket_server.ts", ["0"]);
    const address = await server.after("Listening on ");
    await using client = start("websocket_client.ts", [address, "Hi"]);
    const { host } = new URL(address);
    assertEquals(await client.end(), [
      `Connected to ${host}`,
      "Update: Let me think",
      "Response: You said: Hi",
    ]);
    assertEquals(await server.after("A client is gone"), "");
    server.interrupt();
    await server.end();
  },
);

testWith(
  "run",
  "the worker inverts an image that is given away, and gives it back",
  async () => {
    await using program = start("worker.ts", []);
    assertEquals(await program.end(), [
      "Given away: 0 bytes are left here",
      "Inverted: 2073600 bytes of 55",
    ]);
  },
);

testWith(
  "all",
  "the Unix stream client gets its answer from the server",
  async () => {
    using folder = new TempDir();
    await using server = start("unix_stream_server.ts", [], folder.path);
    assertEquals(
      await server.after("Listening on "),
      `unix:${folder.path}/rpc.sock`,
    );

    await using client = start("unix_stream_client.ts", [], folder.path);
    assertEquals(await client.end(), [
      "Connected to a server",
      "Update: Let me think",
      "Response: You said: Hello World!",
    ]);

    server.interrupt();
    assertEquals(await server.end(), [
      "A process connected",
      "Request 0: Hello World!",
      "A process is gone",
    ]);
    assertEquals([...Deno.readDirSync(folder.path)], []);
  },
);

testWith(
  "all",
  "a Unix stream server takes the place of one that was killed",
  async () => {
    using folder = new TempDir();
    const flags = [
      `--allow-read=${folder.path}`,
      `--allow-write=${folder.path}`,
      `--allow-net=unix:${folder.path}/rpc.sock`,
    ];
    const args = [`${folder.path}/rpc.sock`];
    {
      await using killed = new Program("unix_stream_server.ts", flags, args);
      await killed.after("Listening on ");
    }
    await using server = new Program("unix_stream_server.ts", flags, args);
    await server.after("Listening on ");
    server.interrupt();
    assertEquals(await server.end(), []);
  },
);

testWith(
  "all",
  "a Unix seqpacket server reads the files that a client sends",
  async () => {
    using folder = new TempDir();
    await Deno.writeTextFile(`${folder.path}/one`, "a\n");
    await Deno.writeTextFile(`${folder.path}/three`, "a\nb\nc\n");
    await using server = start("unix_seqpacket_server.ts", [], folder.path);
    await server.after("Listening on unix+seqpacket:");
    await using client = start(
      "unix_seqpacket_client.ts",
      ["rpc.sock", "one", "three"],
      folder.path,
    );
    await client.after("Connected to process ");
    assertEquals(await client.end(), ["one: 1 lines", "three: 3 lines"]);

    await server.after("Process ");
    server.interrupt();
    assertEquals((await server.end()).length, 1);
    assertEquals([...Deno.readDirSync(folder.path)].length, 2);
  },
);

testWith(
  "run",
  "the demo shows updates, a stop and an image, and leaves nothing",
  async () => {
    await using demo = new Program("demo.ts", ["-A"]);
    await demo.after("The camera is killed");
    const socket = await demo.after("camera    │ listening on unix:");
    const lines = await demo.end();
    const told = (name: string, text: string): string[] =>
      lines.filter((line) => line.startsWith(name) && line.includes(text));

    assertEquals(told("operator", "meanwhile, another request").length, 1);
    assertEquals(told("operator", "update: exposing").length, 8);
    assertEquals(told("operator", "update: exposing, frame 8 of 8").length, 1);
    assertEquals(told("operator", "an image of 307200 bytes").length, 1);
    assertEquals(
      told("operator", "a bad request fails: remote-error").length,
      1,
    );
    assertEquals(told("impatient", "update sent: stop").length, 1);
    assertEquals(
      told("impatient", "error response: Camera.record: stopped at frame")
        .length,
      1,
    );
    assertEquals(told("camera", "is gone").length, 2);
    assertEquals(lines.at(-1), "That was it: all processes have ended.");
    assertEquals(told("camera", "ended with status 0").length, 1);
    const folder = new URL(".", `file://${socket}`);
    await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
  },
);
