import { assert, assertEquals, assertThrows } from "@std/assert";
import { bind } from "../../mod.ts";
import {
  type ProcessEnd,
  type ProcessEvent,
  supervise,
  type SuperviseOptions,
  type Supervisor,
} from "../../supervise/mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";

const CHILD = new URL("serving_child.ts", import.meta.url).href;
const PARENT = new URL("parent_program.ts", import.meta.url).href;
const RUN = ["run", "--quiet", "--no-check", "-A"];

/** A program that is looked after, and what becomes of it. */
class Scene implements AsyncDisposable {
  readonly supervisor: Supervisor;
  readonly lines: string[] = [];
  readonly events: ProcessEvent[] = [];
  #end = Promise.withResolvers<ProcessEnd>();
  readonly #printed = Promise.withResolvers<void>();

  constructor(args: string[], options: Partial<SuperviseOptions> = {}) {
    this.supervisor = supervise({
      command: [Deno.execPath(), ...RUN, CHILD, ...args],
      output: (line, stream) => {
        this.lines.push(`${stream}: ${line}`);
        this.#printed.resolve();
      },
      onError: () => {},
      // Two cores are shared with other tests: a start may take seconds.
      heartbeat: { interval: 20_000, timeout: 20_000 },
      ...options,
      onProcess: (event) => {
        this.events.push(event);
        if (event.kind !== "ended") return;
        this.#end.resolve(event);
        this.#end = Promise.withResolvers();
      },
    });
  }

  /** The next end of the program. */
  get end(): Promise<ProcessEnd> {
    return this.#end.promise;
  }

  /** Resolves when it has printed its first line. */
  get printed(): Promise<void> {
    return this.#printed.promise;
  }

  async pid(): Promise<number> {
    const response = await this.supervisor.link.call(1, "", {
      idempotent: true,
    });
    return Number(response.text());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.supervisor.stop();
  }
}

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
      assertEquals(supervisor.link.state, "closed");
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
    assertEquals(supervisor.starts, 2);
  },
);

for (const how of ["socket", "pdeathsig"] as const) {
  testWith(
    "all",
    `supervise: a program ends when its parent is killed: ${how}`,
    async () => {
      using folder = new TempDir();
      const path = folder.file("witness.sock");
      await using listener = await bind(`unix:${path}`);
      const args = how === "socket" ? [] : ["silent"];
      const parent = new Deno.Command(Deno.execPath(), {
        args: [...RUN, PARENT, how, `witness=${path}`, ...args],
        stdout: "null",
        stderr: "null",
      }).spawn();
      // It lives as long as the program does.
      const witness = await listener.accept();
      const serving = witness.serve({});
      parent.kill("SIGKILL");
      await parent.status;
      await witness.closed;
      await serving;
    },
  );
}

Deno.test("supervise: an empty command is refused", () => {
  assertThrows(
    // @ts-expect-error it has no program
    () => supervise({ command: [] }),
    TypeError,
    "command",
  );
});

testWith(
  "all",
  "supervise: without setpriv, pdeathsig is refused and says why",
  async () => {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...RUN, PARENT, "pdeathsig"],
      env: { PATH: "/nowhere", NO_COLOR: "1" },
    }).output();
    assertEquals(success, false);
    const text = new TextDecoder().decode(stderr);
    assert(text.includes("needs the program setpriv"), text);
  },
);
