/** `fizyr replay`: what it sends, what it waits for, and what it compares. */
import { assert, assertEquals } from "@std/assert";
import { CliError, exitCode } from "../../../cli/exit_code.ts";
import { Pace } from "../../../cli/replay/pace.ts";
import type { Side, TraceEvent } from "../../../cli/capture/trace_event.ts";
import { connect, listen, MessageHeader, MessageType } from "../../../mod.ts";
import { Camera, handlers } from "../../interface/support/camera.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { testWith } from "../../support/permissions.ts";
import { fileOf } from "../capture/traces.ts";
import { SilentServer } from "../silent_server.ts";
import { fizyr, serveOn } from "../support.ts";
import { Watched } from "../watch/watched.ts";

const { Request, Response, ResponderUpdate, RequesterUpdate, Stream } =
  MessageType;

const CAMERA = new URL("../../interface/support/camera.ts", import.meta.url)
  .pathname;

/** A message of a capture. */
function message(
  from: Side,
  type: MessageType,
  requestId: number,
  serviceId: number,
  text = "",
  more: { readonly time?: number; readonly descriptors?: number } = {},
): TraceEvent {
  const header = new MessageHeader(type, requestId, serviceId);
  const { time = 0, descriptors = 0 } = more;
  const data = new TextEncoder().encode(text);
  return {
    ...{ kind: "message", connection: 1, from, time },
    message: { header, data, descriptors, littleEndian: true },
  };
}

const ENDS: TraceEvent[] = (["client", "server"] as const).map((from) => ({
  ...{ kind: "end", connection: 1, from, time: 0, error: null },
}));

/** Replays events at once. */
async function replay(
  events: readonly TraceEvent[],
  address: string,
  ...args: string[]
) {
  using folder = new TempDir();
  const file = folder.file("trace.pcapng");
  await Deno.writeFile(file, await fileOf(events));
  const speed = ["--speed", "max"];
  return await fizyr(["replay", file, address, ...speed, ...args]);
}

/** A server that answers with what a function makes of a text. */
function answering(answer: (text: string) => string | Promise<string>) {
  const listener = listen("127.0.0.1:0", { onError: () => {} });
  const seen: string[] = [];
  const ended = Promise.withResolvers<void>();
  const running = listener.run(async (peer) => {
    await peer.serve({
      1: async (request, body) => {
        seen.push(body.text());
        await request.sendUpdate(5, "busy");
        return await answer(body.text());
      },
    });
    ended.resolve();
  });
  return {
    address: `127.0.0.1:${listener.addr.port}`,
    seen,
    ended: ended.promise,
    async [Symbol.asyncDispose]() {
      await listener.shutdown({ grace: 0 });
      await running;
    },
  };
}

/** A call of a capture. */
function call(id: number, text: string, response: string): TraceEvent[] {
  return [
    message("client", Request, id, 1, text),
    message("server", ResponderUpdate, id, 5, "busy"),
    message("server", Response, id, 1, response),
  ];
}

testWith("all", "a conversation that was saved is had again", async () => {
  using folder = new TempDir();
  await using server = serveOn(Camera.implement(handlers), {});
  const file = folder.file("trace.pcapng");
  {
    const watched = await Watched.start({
      to: server.address,
      options: ["--save", file],
    });
    {
      await using peer = await connect<string>(watched.address);
      const camera = Camera.client(peer as never);
      await (await camera.record({ frames: 2 })).response();
      await camera.temperature(21.5);
      await camera.name();
    }
    await watched.said("the server has ended");
    await watched.stop();
  }
  const same = await fizyr(["replay", file, server.address, "--speed", "100"]);
  assertEquals(same, {
    code: 0,
    out: [],
    err: "3 messages sent, 2 requests answered as then, 0 in another way",
  });
  await using other = serveOn(
    Camera.implement({ ...handlers, name: () => "other" }),
    {},
  );
  const args = ["replay", file, other.address, "--interface", CAMERA];
  const { code, out, err } = await fizyr(args);
  assertEquals([code, out.length], [1, 1], err);
  assertEquals(JSON.parse(out[0]!), {
    ...{ connection: 1, request: 1, name: "Camera.name", at: 0 },
    expected: { kind: "response", bytes: 8, body: "camera" },
    got: { kind: "response", bytes: 7, body: "other" },
  });
  assertEquals((await fizyr([...args, "--no-bodies"])).code, 0);
});

testWith(
  "all",
  "what had been answered before is answered before",
  async () => {
    let open = 0, most = 0;
    await using server = answering(async (text) => {
      most = Math.max(most, ++open);
      // Later than everything that the replay could do at once.
      for (let i = 0; i < 20; i++) await new Promise(setImmediate);
      open--;
      return text;
    });
    const inTurn = [...call(0, "a", "a"), ...call(1, "b", "b"), ...ENDS];
    const { code, err } = await replay(inTurn, server.address);
    assertEquals([code, server.seen, most], [0, ["a", "b"], 1], err);

    const [first, ...later] = call(2, "c", "c");
    const [second, ...last] = call(3, "d", "d");
    const beside = [first!, second!, ...later, ...last, ...ENDS];
    const both = await replay(beside, server.address);
    assertEquals([both.code, most], [0, 2], both.err);
  },
);

testWith("all", "updates that lack, and errors, are differences", async () => {
  await using server = answering((text) => {
    if (text === "fail") throw new Error("It is broken");
    return text;
  });
  const extra = [...call(0, "a", "a")];
  extra.splice(1, 0, message("server", ResponderUpdate, 0, 6, "first"));
  const events = [...extra, ...call(1, "fail", "fine"), ...ENDS];
  const { code, out } = await replay(events, server.address);
  assertEquals(code, 1);
  assertEquals(out.map((line) => JSON.parse(line)), [
    {
      ...{ connection: 1, request: 0, name: "1", at: 0 },
      expected: { kind: "update", update: "6", bytes: 5, text: "first" },
      got: { kind: "update", update: "5", bytes: 4, text: "busy" },
    },
    {
      ...{ connection: 1, request: 1, name: "1", at: 1 },
      expected: { kind: "response", bytes: 4, text: "fine" },
      got: { kind: "error", bytes: 12, text: "It is broken" },
    },
  ]);
});

testWith("all", "the client's end is the end again", async () => {
  await using server = answering((text) => text);
  const events = [...call(0, "a", "a"), ...ENDS];
  assertEquals((await replay(events, server.address)).code, 0);
  await server.ended;
});

testWith("all", "a request that wasn't answered isn't compared", async () => {
  await using server = answering((text) => text);
  const [request] = call(0, "a", "a");
  const { code, err } = await replay([request!], server.address);
  assertEquals(code, 0);
  assert(err.startsWith("1 messages sent, 0 requests answered as then"), err);
});

testWith("all", "the server's own requests are answered as then", async () => {
  const listener = listen("127.0.0.1:0", { onError: () => {} });
  const answers: string[] = [];
  const running = listener.run(async (peer) => {
    const serving = peer.serve({ 1: (_request, body) => body });
    answers.push((await peer.call(4, "who?")).text());
    await serving;
  });
  const events = [
    ...[message("client", Stream, 0, 9, "hello")],
    message("server", Request, 0, 4, "who?"),
    message("client", Response, 0, 4, "me"),
    ...ENDS,
  ];
  const address = `127.0.0.1:${listener.addr.port}`;
  const { code, err } = await replay(events, address);
  assertEquals([code, answers], [0, ["me"]], err);
  listener.close();
  await running;
});

testWith("all", "a server that doesn't answer is given up", async () => {
  await using server = new SilentServer();
  const timeout = ["--progress-timeout", "20ms"];
  const events = [...call(0, "a", "a"), ...call(1, "b", "b")];
  const { code, err } = await replay(events, server.address, ...timeout);
  assertEquals(code, 4);
  assert(err.includes("No answer to request 0 within 0.02 s"), err);
});

testWith("all", "a server that closes leaves differences", async () => {
  await using server = new SilentServer({ closes: true });
  const events = [...call(0, "a", "a"), ...call(1, "b", "b"), ...ENDS];
  const { code, out, err } = await replay(events, server.address);
  assertEquals(code, 1);
  const [first] = out.map((line) => JSON.parse(line));
  assertEquals([first.request, first.got], [0, null], err);
});

testWith("all", "Ctrl-C ends it", async () => {
  await using server = new SilentServer();
  using folder = new TempDir();
  const file = folder.file("trace.pcapng");
  const events = [...call(0, "a", "a"), ...call(1, "b", "b")];
  await Deno.writeFile(file, await fileOf(events));
  const controller = new AbortController();
  const args = ["replay", file, server.address, "--progress-timeout", "0"];
  const { code } = await fizyr(args, {
    signal: controller.signal,
    progress: () =>
      controller.abort(new CliError(exitCode.INTERRUPTED, "Interrupted")),
  });
  assertEquals(code, 130);
});

testWith("all", "descriptors are said to be missing", async () => {
  using folder = new TempDir();
  const address = `unix+seqpacket:${folder.file("s")}`;
  const listener = listen<string>(address);
  const running = listener.run((peer) =>
    peer.serve({ 1: (_request, body) => body.data as never })
  );
  const { code, err } = await replay([
    message("client", Request, 0, 1, "a", { descriptors: 2 }),
    message("server", Response, 0, 1, "a"),
    message("client", RequesterUpdate, 0, 1, "late"),
    ...ENDS,
  ], address);
  assertEquals(code, 0, err);
  assert(err.includes("request 0 is sent without its descriptors"), err);
  listener.close();
  await running;
});

testWith("all", "what can't begin says so", async () => {
  using folder = new TempDir();
  const missing = await fizyr(["replay", folder.file("x"), "127.0.0.1:1"]);
  assertEquals(missing.code, 1);
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  gone.close();
  const none = await replay(call(0, "a", "a"), `127.0.0.1:${gone.addr.port}`);
  assertEquals(none.code, 3);
  const wrong = ["replay", "x", "127.0.0.1:1", "--speed", "0"];
  assertEquals((await fizyr(wrong)).code, 2);
});

Deno.test("times are those of the capture, and faster", async () => {
  let now = 500;
  const waits: number[] = [];
  const signal = new AbortController().signal;
  const pace = new Pace(2, signal, () => now, (ms) => {
    waits.push(ms);
    now += ms;
    return Promise.resolve();
  });
  await pace.until(10_000);
  await pace.until(10_100);
  now += 30;
  await pace.until(10_200);
  // Late: nothing to wait for.
  now += 100;
  await pace.until(10_210);
  assertEquals(waits, [50, 20]);
  const stopped = new Pace(1, AbortSignal.abort("stop"));
  const reason = await stopped.until(0).catch((error) => error);
  assertEquals(reason, "stop");
});
