/** `fizyr call`: what it sends, prints, and how it ends. */
import { assert, assertEquals } from "@std/assert";
import { body, bytes, defineInterface } from "../../interface/mod.ts";
import { SilentServer } from "./silent_server.ts";
import { listen } from "../../mod.ts";
import { CliError, exitCode } from "../../cli/exit_code.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";
import { Camera, handlers } from "../interface/support/camera.ts";
import { z } from "../interface/support/schemas.ts";
import {
  COMMAND,
  fizyr,
  interruptedProcess,
  serveOn,
  stdinOf,
} from "./support.ts";

const CAMERA = new URL("../interface/support/camera.ts", import.meta.url)
  .pathname;

const Press = defineInterface({
  name: "Press",
  services: {
    press: {
      id: 1,
      request: z.object({ force: z.number() }),
      response: z.string(),
      errors: { jammed: { body: z.object({ at: z.number() }) } },
    },
    wait: { id: 2 },
    echo: { id: 3, request: bytes, response: bytes },
    who: { id: 4, response: body<string>() },
  },
});

/** A press that does what its tests are about. */
function press(more: Partial<Record<string, unknown>> = {}) {
  return Press.implement({
    press: ({ force }: { force: number }) => {
      if (force > 9) throw new Press.errors.press.jammed({ at: force });
      return `pressed with ${force}`;
    },
    wait: () => {},
    echo: (data: Uint8Array) => data,
    who: (_nothing: unknown, request: { metadata: { user?: string } }) =>
      request.metadata.user ?? "nobody",
    ...more,
  } as never);
}

/** A press whose calls of `wait` go on until they are cancelled. */
function waitingPress() {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<unknown>();
  const service = press({
    wait: (_nothing: unknown, { signal }: { signal: AbortSignal }) => {
      begun.resolve();
      return new Promise<void>((resolve) => {
        signal.onabort = () => {
          ended.resolve(signal.reason);
          resolve();
        };
      });
    },
  });
  return { service, begun: begun.promise, ended: ended.promise };
}

testWith("all", "updates are lines, and the response is the last", async () => {
  await using server = serveOn(Camera.implement(handlers));
  const args = ["call", server.address, "Camera.record", '{"frames":2}'];
  const { code, out, err } = await fizyr(args);
  assertEquals([code, err], [0, "Interfaces of the server: Camera"]);
  assertEquals(out, [
    '{"update":"state","body":{"frame":1,"frames":2}}',
    '{"update":"state","body":{"frame":2,"frames":2}}',
    '{"update":"image","body":"AQID"}',
    '"Ag=="',
  ]);
});

testWith("all", "the name of the interface can be left out", async () => {
  await using server = serveOn(Camera.implement(handlers));
  const { out } = await fizyr(["call", server.address, "name"]);
  assertEquals(out, ['"camera"']);
});

testWith("all", "an error response ends it with 1, and its text", async () => {
  await using server = serveOn(press());
  const { address } = server;
  const declared = await fizyr(["call", address, "press", '{"force":10}']);
  assertEquals([declared.code, declared.out], [1, []]);
  assertEquals(declared.err.split("\n").slice(1), [
    "jammed: Press.press: jammed",
    '{"at":10}',
  ]);
});

testWith("all", "what is called wrongly ends it with 2", async () => {
  await using server = serveOn(press());
  const { address } = server;
  const wrong: [string[], string][] = [
    [[address, "press", '{"force":"x"}'], "force: Instance type"],
    [[address, "press", "{"], "The body of Press.press is no JSON"],
    [[address, "press"], "Press.press takes a body"],
    [[address, "wait", "1"], "Press.wait takes no body"],
    [[address, "nothing"], "There is no service nothing, only Press.press"],
    [[address, "wait", "--send", "stop"], "wait takes no update stop"],
    [[address], "The name of a service is missing"],
    [[address, "wait", "--timeout", "5"], "A time is a number with ms, s or m"],
    [[address, "--raw", "1.5"], "It is an integer"],
    [[address, "wait", "--metadata", "x"], "It is KEY=VALUE"],
    [["nowhere", "wait"], "nowhere"],
    [[address, "wait", "--unknown"], "unknown option '--unknown'"],
    [[address, "press", "1", "--data", "-"], "not by both"],
  ];
  for (const [args, text] of wrong) {
    const { code, out, err } = await fizyr(["call", ...args]);
    assertEquals([args, code, out], [args, 2, []]);
    assert(err.includes(text), err);
  }
});

testWith("all", "without a server it ends with 3", async () => {
  const listener = listen("tcp://127.0.0.1:0");
  const address = `127.0.0.1:${listener.addr.port}`;
  listener.close();
  const { code, err } = await fizyr(["call", address, "name"]);
  assertEquals(code, 3);
  assert(err.startsWith(`${address}: `), err);
});

testWith("all", "a connection that is lost ends it with 3", async () => {
  await using server = new SilentServer({ closes: true });
  const { code } = await fizyr(["call", server.address, "--raw", "1"]);
  assertEquals(code, 3);
});

testWith(
  "all",
  "a call whose time is up ends with 4, and the server is told",
  async () => {
    const { service, ended } = waitingPress();
    await using server = serveOn(service);
    const args = ["call", server.address, "wait", "--timeout", "50ms"];
    const { code, err } = await fizyr(args);
    assertEquals(code, 4);
    assert(err.includes("50"), err);
    await ended;
    const slow = ["call", server.address, "wait", "--progress-timeout", "50ms"];
    const stalled = await fizyr(slow);
    assertEquals(stalled.code, 4);
    assert(stalled.err.includes("--progress-timeout"), stalled.err);
  },
);

testWith("all", "Ctrl-C cancels the call and ends with 130", async () => {
  const { service, begun, ended } = waitingPress();
  await using server = serveOn(service);
  const controller = new AbortController();
  const { signal } = controller;
  const running = fizyr(["call", server.address, "wait"], { signal });
  await begun;
  controller.abort(new CliError(exitCode.INTERRUPTED, "Interrupted"));
  const { code, err } = await running;
  assertEquals(code, 130);
  assert(err.endsWith("Interrupted"), err);
  await ended;
});

testWith("all", "metadata and updates of the caller are sent", async () => {
  await using server = serveOn(press());
  const metadata = ["--metadata", "user=someone", "--metadata", "a=b=c"];
  const who = await fizyr(["call", server.address, "who", ...metadata]);
  assertEquals(who.out, ['"someone"']);

  const received: unknown[] = [];
  await using camera = serveOn(Camera.implement({
    ...handlers,
    record: async (_body, request) => {
      for await (const { name, body } of request.updates()) {
        received.push([name, body]);
        if (name === "cancel") break;
      }
      return new Uint8Array();
    },
  }));
  const { code } = await fizyr([
    ...["call", camera.address, "record", '{"frames":1}'],
    ...["--send", "exposure=0.5", "--send", "cancel"],
  ]);
  assertEquals(code, 0);
  assertEquals(received, [["exposure", 0.5], ["cancel", undefined]]);
});

testWith(
  "all",
  "bodies come from files and stdin, and go to files",
  async () => {
    using folder = new TempDir();
    await using server = serveOn(press());
    const { address } = server;
    const [from, to] = [folder.file("from"), folder.file("to")];
    const data = new Uint8Array([0, 255, 10]);
    await Deno.writeFile(from, data);
    const args = ["call", address, "echo", "--data", `@${from}`, "--out", to];
    const { code, out, err } = await fizyr(args);
    assertEquals([code, out], [0, []]);
    assert(err.endsWith(`${to}: 3 bytes`), err);
    assertEquals(await Deno.readFile(to), data);

    const stdin = () => stdinOf("abc");
    const read = ["call", address, "echo", "--data", "-"];
    assertEquals((await fizyr(read, { stdin })).out, ['"YWJj"']);
    const missing = ["call", address, "echo", "--data", "@/nowhere"];
    assertEquals((await fizyr(missing)).code, 1);
  },
);

testWith(
  "all",
  "an interface of a file is used where the server gives none",
  async () => {
    await using server = serveOn(Camera.implement(handlers), {});
    const { address } = server;
    const asked = await fizyr(["call", address, "name"]);
    assertEquals([asked.code, asked.out], [1, []]);
    assert(asked.err.includes("doesn't describe itself"), asked.err);
    assert(asked.err.includes("--interface FILE"), asked.err);
    const given = ["call", address, "name", "--interface", CAMERA];
    const { code, out, err } = await fizyr(given);
    assertEquals([code, out], [0, ['"camera"']]);
    assertEquals(err, `Interfaces of ${CAMERA}: Camera`);
  },
);

testWith("all", "a service is called by its id with bytes", async () => {
  await using server = serveOn(Camera.implement(handlers), {});
  const { address } = server;
  const named = await fizyr(["call", address, "--raw", "1", "null"]);
  assertEquals([named.code, named.out], [0, [`"${btoa('"camera"')}"`]]);
  const args = ["call", address, "--raw", "2", '{"frames":1}'];
  const { out } = await fizyr([...args, "--send", "2=0.5"]);
  assertEquals(out.map((line) => JSON.parse(line)), [
    { update: 1, body: btoa('{"frame":1,"frames":1}') },
    { update: 2, body: "AQID" },
    "AQ==",
  ]);
  const unknown = await fizyr(["call", address, "--raw", "9"]);
  assertEquals(unknown.code, 1);
  assert(unknown.err.startsWith("unknown-service: "), unknown.err);
});

for (const transport of ["unix", "unix+seqpacket", "unix+shm"]) {
  testWith("all", `calls go over ${transport} too`, async () => {
    using folder = new TempDir();
    const address = `${transport}:${folder.file("camera.sock")}`;
    const camera = Camera.implement(handlers);
    await using server = serveOn(camera, { describe: true }, {
      at: address,
    });
    const args = ["call", server.address, "record", '{"frames":1}'];
    const { code, out } = await fizyr(args);
    assertEquals([code, out.length, out.at(-1)], [0, 3, '"AQ=="']);
  });
}

testWith("all", "a process ends as soon as it is done", async () => {
  await using server = serveOn(Camera.implement(handlers));
  const { code, stdout, stderr } = await runDeno([
    ...["run", "-A", "--no-check", COMMAND],
    ...["call", server.address, "Camera.name"],
  ]);
  assertEquals([code, stdout.trim()], [0, '"camera"'], stderr);
});

testWith("all", "SIGINT cancels the call of a process", async () => {
  const { service, begun, ended } = waitingPress();
  await using server = serveOn(service);
  const args = ["call", server.address, "wait"];
  const [code] = await interruptedProcess(args, () => begun);
  assertEquals(code, 130);
  await ended;
});
