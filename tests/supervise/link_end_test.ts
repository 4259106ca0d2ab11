/** When nothing can reach a program any more, it is ended, and isn't started again. */
import { assertEquals, assertInstanceOf } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { Scene } from "./support/scene.ts";

/** Two cores are shared with other tests: it may take seconds to exit. */
const PATIENT = { exit: 60_000 };

testWith(
  "all",
  "supervise: without the permission to connect to its address, a program is ended",
  async () => {
    await using scene = new Scene(["silent"], {
      address: "tcp://127.0.0.1:1",
    });
    const { supervisor } = scene;
    const end = await supervisor.finished;
    assertInstanceOf(end.error, Deno.errors.NotCapable);
    assertEquals([end.status, end.signal], [null, "SIGTERM"]);
    assertEquals(await supervisor.link.closed, end.error);
    assertEquals([supervisor.starts, supervisor.pid], [1, undefined]);
    assertEquals(await supervisor.stop(), end);
  },
  { permissions: { run: true, read: true, env: true } },
);

testWith(
  "all",
  "supervise: a program is ended when `ready` can never succeed",
  async () => {
    const error = new Deno.errors.NotSupported("no such camera");
    await using scene = new Scene([], {
      ready: () => Promise.reject(error),
      stop: PATIENT,
    });
    const { supervisor } = scene;
    const end = await supervisor.finished;
    // It has ended by itself, as its connection has.
    assertEquals([end.status, end.signal], [0, null]);
    assertEquals(end.error, error);
    assertEquals(await supervisor.link.closed, error);
    assertEquals(supervisor.starts, 1);
    // Of the program itself there is nothing to say.
    const ends = scene.events.filter(({ kind }) => kind === "ended");
    assertEquals(ends, [{ ...end, error: null }]);
  },
);

testWith(
  "all",
  "supervise: what a link has given up with is the cause, if it is no error",
  async () => {
    await using scene = new Scene([], {
      ready: () => Promise.reject("not today"),
      retryFirst: false,
      stop: PATIENT,
    });
    const { error } = await scene.supervisor.finished;
    assertEquals(error?.cause, "not today");
  },
);

testWith(
  "all",
  "supervise: a program whose link is closed is ended",
  async () => {
    await using scene = new Scene([], { stop: PATIENT });
    const { supervisor } = scene;
    await scene.pid();
    await supervisor.link.close();
    const end = await supervisor.finished;
    assertEquals([end.status, end.signal, end.error], [0, null, null]);
    assertEquals(supervisor.starts, 1);
  },
);
