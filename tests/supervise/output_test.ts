import { assert, assertEquals } from "@std/assert";
import { linesOf } from "../../tools/lines_of.ts";
import { testWith } from "../support/permissions.ts";
import { PARENT, RUN, Scene } from "./support/scene.ts";

testWith(
  "all",
  "supervise: a program ends with its process, whoever has its output",
  async () => {
    await using scene = new Scene([]);
    const { link } = scene.supervisor;
    const sleeper = Number((await link.call(5, "")).text());
    try {
      const ended = scene.end;
      link.call(3, "7").catch(() => {});
      assertEquals((await ended).status, 7);
      // It is started again all the same.
      assert(await scene.pid() !== sleeper);
    } finally {
      Deno.kill(sleeper, "SIGKILL");
    }
  },
);

testWith(
  "all",
  "supervise: what output throws is reported, and ends nothing",
  async () => {
    await using scene = new Scene([], {
      output: () => {
        throw new Error("no place left");
      },
    });
    await scene.pid();
    assertEquals(scene.errors.map(String), ["Error: no place left"]);
  },
);

testWith(
  "all",
  "supervise: lines have the name of the program in front",
  async () => {
    const parent = new Deno.Command(Deno.execPath(), {
      args: [...RUN, PARENT, "socket"],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const lines = linesOf(parent.stdout).getReader();
    assertEquals((await lines.read()).value, "child | started");
    parent.kill("SIGKILL");
    await parent.status;
    assertEquals((await lines.read()).done, true);
  },
);
