import { assert, assertEquals } from "@std/assert";
import { supervise } from "../../supervise/mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";
import { PARENT, Scene } from "./support/scene.ts";

testWith(
  "all",
  "supervise: calls go to the program over descriptor 3",
  async () => {
    await using scene = new Scene([]);
    const { supervisor } = scene;
    assertEquals(await scene.pid(), supervisor.pid);
    assertEquals((await supervisor.link.call(4, "")).text(), "printed");
    const end = await supervisor.stop();
    // It has ended by itself, as its connection has.
    assertEquals([end.status, end.signal], [0, null]);
    assertEquals(scene.lines.toSorted(), [
      "stderr: to stderr",
      "stdout: served",
      "stdout: started",
      "stdout: to stdout",
    ]);
    assertEquals(supervisor.pid, undefined);
    assertEquals(supervisor.starts, 1);
  },
);

testWith(
  "all",
  "supervise: a program that is killed is started again",
  async () => {
    await using scene = new Scene([]);
    const { link } = scene.supervisor;
    const first = await scene.pid();
    const ended = scene.end;
    Deno.kill(first, "SIGKILL");
    assertEquals((await ended).signal, "SIGKILL");
    const second = await scene.pid();
    assert(second !== first);
    assertEquals(scene.supervisor.starts, 2);
    assertEquals(link.state, "connected");
  },
);

testWith(
  "all",
  "supervise: a program that is stopped is killed and started again",
  async () => {
    await using scene = new Scene([], {
      heartbeat: { interval: 200, timeout: 1000 },
      stop: { exit: 10 },
    });
    const first = await scene.pid();
    const ended = scene.end;
    Deno.kill(first, "SIGSTOP");
    assertEquals((await ended).signal, "SIGKILL");
    assert(await scene.pid() !== first);
  },
);

testWith(
  "all",
  "supervise: one that isn't ready in time is killed and started again",
  async () => {
    await using scene = new Scene(["silent"], { readyTimeout: 50 });
    for (let start = 1; start <= 2; start++) {
      assertEquals((await scene.end).signal, "SIGKILL");
      assertEquals(scene.supervisor.starts, start);
    }
  },
);

for (
  const [restart, status, starts] of [
    ["on-failure", 3, 2],
    ["on-failure", 0, 1],
    ["never", 3, 1],
  ] as const
) {
  testWith(
    "all",
    `supervise: ${restart}, and status ${status}: ${starts} starts`,
    async () => {
      await using scene = new Scene([], { restart, maxAttempts: 2 });
      const { supervisor } = scene;
      for (let start = 1; start <= starts; start++) {
        const ended = scene.end;
        supervisor.link.call(3, `${status}`).catch(() => {});
        assertEquals((await ended).status, status);
      }
      const end = await supervisor.finished;
      assertEquals([end.status, supervisor.starts], [status, starts]);
      const why = `deno has ended with status 3, and isn't started again`;
      assertEquals(
        (await supervisor.link.closed as Error | null)?.message,
        status === 0 ? undefined : why,
      );
    },
  );
}

testWith(
  "all",
  "supervise: what ignores the end and SIGTERM gets SIGKILL",
  async () => {
    await using scene = new Scene(["stubborn", "silent"], {
      stop: { exit: 1, term: 1 },
    });
    const { supervisor } = scene;
    await scene.printed;
    assertEquals((await supervisor.stop()).signal, "SIGKILL");
  },
);

testWith(
  "all",
  "supervise: one with an address is connected to, and ends by SIGTERM",
  async () => {
    using folder = new TempDir();
    const path = folder.file("child.sock");
    await using scene = new Scene([`address=${path}`], {
      address: `unix:${path}`,
    });
    assertEquals(await scene.pid(), scene.supervisor.pid);
    const end = await scene.supervisor.stop();
    assertEquals([end.status, end.signal], [0, null]);
  },
);

testWith(
  "all",
  "supervise: a program that isn't there is an end with an error",
  async () => {
    await using supervisor = supervise({
      command: ["/nowhere/program"],
      maxAttempts: 2,
      backoff: { initial: 1 },
    });
    const end = await supervisor.finished;
    assertEquals(end.status, null);
    assert(end.error !== null);
    assertEquals(await supervisor.link.closed, end.error);
    assertEquals(supervisor.starts, 2);
  },
);

testWith(
  "all",
  "supervise: without a permission it isn't tried again",
  async () => {
    const permissions = ["--no-prompt", "--allow-env", "--allow-read"];
    const args = ["run", "--no-check", ...permissions, PARENT, "socket"];
    const { code, stdout } = await runDeno(args);
    assertEquals([code, stdout], [0, "NotCapable\n"]);
  },
);
