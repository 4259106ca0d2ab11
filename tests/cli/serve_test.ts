/** `fizyr serve`: a stand-in, what it answers and what it tells. */
import { assert, assertEquals } from "@std/assert";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { Serving } from "./serving.ts";
import { CELL, fizyr } from "./support.ts";

const RUST = new URL("../interface/rust/supermarket.rs", import.meta.url)
  .pathname;

testWith("all", "it answers with values made from the schemas", async () => {
  await using serving = await Serving.start("--interface", CELL);
  const { address } = serving;
  const list = await fizyr(["list", address]);
  assertEquals(list.code, 0);
  assert(list.err.includes("fizyr serve"), list.err);
  const pose = await fizyr(["call", address, "Cell.pose"]);
  assertEquals([pose.code, pose.out], [
    0,
    ['{"joints":[0,0],"mode":"idle","speed":0.5,"at":"2026-01-01T00:00:00Z"}'],
  ], pose.err);
  assertEquals((await fizyr(["call", address, "Cell.image"])).out, ['""']);
  const name = await fizyr(["call", address, "Cell.name"]);
  assertEquals(name.code, 1);
  assert(name.err.includes("give --reply Cell.name=JSON"), name.err);
  assertEquals(await serving.stop(), 130);
});

testWith("all", "it answers what it is told to", async () => {
  using folder = new TempDir();
  await Deno.writeFile(folder.file("image"), new Uint8Array([1, 2, 3]));
  await using serving = await Serving.start(
    ...["--interface", CELL, "--reply", 'Cell.name="left"'],
    ...["--reply", `image=@${folder.file("image")}`],
    ...["--update", 'Cell.record.state={"frame":1}'],
    ...["--update", 'Cell.record.state={"frame":2}'],
    ...["--reply", "Cell.record=7"],
  );
  const { address } = serving;
  const call = async (...args: string[]): Promise<string[]> => {
    const { code, out, err } = await fizyr(["call", address, ...args]);
    assertEquals(code, 0, err);
    return out;
  };
  assertEquals(await call("name"), ['"left"']);
  assertEquals(await call("image"), ['"AQID"']);
  assertEquals(await call("record", '{"frames":2}'), [
    '{"update":"state","body":{"frame":1}}',
    '{"update":"state","body":{"frame":2}}',
    "7",
  ]);
});

testWith("all", "it tells what came, and writes it to a file", async () => {
  using folder = new TempDir();
  const file = folder.file("received");
  await using serving = await Serving.start(
    ...["--interface", CELL, "--record", file, "--delay", "1m"],
  );
  const { address, received } = serving;
  const sent = await fizyr(["stream", address, "Cell.light", "0.5"]);
  assertEquals(sent.code, 0);
  await serving.until(1);
  const { code } = await fizyr([
    ...["call", address, "Cell.record", '{"frames":2}'],
    ...["--metadata", "user=someone", "--send", "exposure=3"],
    ...["--timeout", "200ms"],
  ]);
  assertEquals(code, 4);
  await serving.until(4);
  assertEquals(await serving.stop(), 130);
  assertEquals(received, [
    { stream: "Cell.light", connection: 1, body: 0.5 },
    {
      ...{ request: "Cell.record", id: received[1]!.id, connection: 2 },
      ...{ body: { frames: 2 }, metadata: { user: "someone" } },
    },
    {
      ...{ update: "Cell.record.exposure", id: received[1]!.id },
      ...{ connection: 2, body: 3 },
    },
    { canceled: "Cell.record", id: received[1]!.id, connection: 2 },
  ]);
  const lines = (await Deno.readTextFile(file)).trimEnd().split("\n");
  assertEquals(
    lines.map((line) => ({ ...JSON.parse(line), time: undefined })),
    received.map((line) => ({ ...line, time: undefined })),
  );
});

testWith("all", "it serves what Rust source declares", async () => {
  await using serving = await Serving.start("--interface", RUST);
  const { code, out } = await fizyr(["list", serving.address]);
  assertEquals(code, 0);
  assert(out.some((line) => line.includes("Supermarket.")), out.join());
});

testWith("all", "what fits nothing ends it with 2", async () => {
  const wrong: [string[], string][] = [
    [[], "required option '--interface <file>'"],
    [["--interface", CELL, "--reply", "x=1"], "There is no service x"],
    [["--interface", CELL, "--reply", "=1"], "--reply takes NAME=VALUE"],
    [["--interface", CELL, "--reply", "pose=1"], "--reply pose: Instance type"],
    [["--interface", CELL, "--reply", "pose={"], "--reply pose is no JSON"],
    [["--interface", CELL, "--reply", "name"], "--reply name takes a body"],
    [
      ["--interface", CELL, "--update", "Cell.record.x=1"],
      "record sends no update x, only state",
    ],
  ];
  for (const [args, text] of wrong) {
    const { code, err } = await fizyr(["serve", "127.0.0.1:0", ...args]);
    assertEquals([args, code], [args, 2], err);
    assert(err.includes(text), err);
  }
  const here = ["--interface", CELL];
  assertEquals((await fizyr(["serve", "nowhere", ...here])).code, 2);
});
