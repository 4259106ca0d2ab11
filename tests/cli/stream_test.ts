/** `fizyr stream`: what it sends and receives. */
import { assert, assertEquals } from "@std/assert";
import { body, bytes, defineInterface } from "../../interface/mod.ts";
import { CliError, exitCode } from "../../cli/exit_code.ts";
import { testWith } from "../support/permissions.ts";
import { z } from "../interface/support/schemas.ts";
import { COMMAND, fizyr, serveOn, stdinOf } from "./support.ts";

const Robot = defineInterface({
  name: "Robot",
  streams: {
    joints: { id: 1, body: z.array(z.number()) },
    stop: { id: 2 },
    log: { id: 3, body: bytes },
    temperature: { id: 4, from: "server", body: body<number>() },
  },
});

/** A robot that keeps what it is sent, and tells when it has so many messages. */
function robot(count: number) {
  const received: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<unknown[]>();
  const take = (name: string) => (body: unknown): void => {
    received.push([name, body]);
    if (received.length === count) resolve(received);
  };
  const service = Robot.implement({
    joints: take("joints"),
    stop: take("stop"),
    log: (body) => take("log")(new TextDecoder().decode(body)),
  });
  return { service, received: promise };
}

testWith("all", "a body is one message, and lines are many", async () => {
  const { service, received } = robot(7);
  await using server = serveOn(service);
  const { address } = server;
  const one = await fizyr(["stream", address, "Robot.joints", "[0.5]"]);
  assertEquals([one.code, one.out], [0, []]);
  const stdin = () => stdinOf("[1]\n\n[2,3]\n[4]");
  const many = await fizyr(["stream", address, "joints"], { stdin });
  assertEquals([many.code, many.out], [0, []]);
  assert(many.err.endsWith("Robot.joints: 3 sent"), many.err);
  assertEquals((await fizyr(["stream", address, "stop"])).code, 0);
  const text = () => stdinOf("one\n");
  assertEquals(
    (await fizyr(["stream", address, "log"], { stdin: text })).code,
    0,
  );
  const raw = ["stream", address, "--raw", "1", "[6]"];
  assertEquals((await fizyr(raw)).code, 0);
  assertEquals(await received, [
    ["joints", [0.5]],
    ["joints", [1]],
    ["joints", [2, 3]],
    ["joints", [4]],
    ["stop", undefined],
    ["log", "one"],
    ["joints", [6]],
  ]);
});

testWith("all", "a line that is wrong ends it, and is named", async () => {
  await using server = serveOn(robot(1).service);
  const stdin = () => stdinOf('[1]\n["x"]\n');
  const wrong = await fizyr(["stream", server.address, "joints"], { stdin });
  assertEquals(wrong.code, 2);
  const broken = () => stdinOf("[1]\n[2\n");
  const args = ["stream", server.address, "joints"];
  const { code, err } = await fizyr(args, { stdin: broken });
  assertEquals(code, 2);
  assert(err.includes("Robot.joints, line 2 is no JSON"), err);
});

testWith("all", "a stream of the server is received", async () => {
  const { service } = robot(1);
  await using server = serveOn(service, { describe: true }, {
    onPeer(peer) {
      let degrees = 20;
      const timer = setInterval(() => {
        Robot.streams.temperature.send(peer, degrees++).catch(() => {});
      }, 1);
      peer.closed.then(() => clearInterval(timer));
    },
  });
  const { address } = server;
  const args = ["stream", address, "temperature", "--count", "2"];
  const { code, out } = await fizyr(args);
  assertEquals([code, out.length], [0, 2]);
  const [first, second] = out.map(Number);
  assertEquals(second, first! + 1);
  const raw = ["stream", address, "--raw", "4", "--receive", "--count", "1"];
  assertEquals((await fizyr(raw)).out.length, 1);
  const controller = new AbortController();
  const lines: string[] = [];
  const stopped = await fizyr(["stream", address, "temperature"], {
    signal: controller.signal,
    out(line) {
      lines.push(line);
      controller.abort(new CliError(exitCode.INTERRUPTED, "Interrupted"));
    },
  });
  assertEquals(stopped.code, 130);
  assert(lines.length >= 1);
});

testWith("all", "what is called wrongly says why", async () => {
  await using server = serveOn(robot(1).service);
  const { address } = server;
  const wrong: [string[], string][] = [
    [[address], "The name of a stream is missing"],
    [[address, "x"], "There is no stream x, only Robot.joints"],
    [[address, "joints", "[]", "--receive"], "--receive goes with --raw"],
    [[address, "--raw", "1", "[]", "[]"], "--raw stands in the place"],
    [[address, "temperature", "1"], "Robot.temperature is received"],
    [[address, "stop", "1"], "Robot.stop takes no body"],
    [[address, "joints", '["x"]'], "stream message joints of Robot"],
    [[address, "joints", "--count", "0"], "It is a number of at least 1"],
  ];
  for (const [args, text] of wrong) {
    const { code, err } = await fizyr(["stream", ...args]);
    assertEquals([args, code], [args, 2]);
    assert(err.includes(text), err);
  }
});

testWith("all", "Ctrl-C ends the waiting for a line of stdin", async () => {
  const { service, received } = robot(1);
  await using server = serveOn(service);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", "--no-check", COMMAND],
      ...["stream", server.address, "joints"],
    ],
    ...{ stdin: "piped", stdout: "null", stderr: "null" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("[1]\n"));
  assertEquals(await received, [["joints", [1]]]);
  child.kill("SIGINT");
  assertEquals((await child.status).code, 130);
  await writer.close().catch(() => {});
});
