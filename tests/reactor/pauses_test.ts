/** Pauses in which Deno looks at the program's other sockets: on a thread, then by a socket. */
import { assert, assertEquals } from "@std/assert";
import { Libc } from "../../transports/libc/libc.ts";
import { PauseSocket } from "../../transports/reactor/pause_socket.ts";
import { Pauses } from "../../transports/reactor/pauses.ts";
import { HandClock } from "../support/hand_clock.ts";

/** A socket that the test makes ready. */
class Socket {
  readonly log: string[];
  closed = false;
  over: (() => void) | null = null;

  constructor(log: string[]) {
    this.log = log;
  }

  begin(over: () => void): void {
    this.log.push("socket");
    this.over = over;
  }

  setRef(referenced: boolean): void {
    this.log.push(`ref ${referenced}`);
  }

  close(): Promise<void> {
    this.log.push("close");
    this.over?.();
    return Promise.resolve();
  }
}

function scene(socket: (log: string[]) => Socket | null) {
  const log: string[] = [];
  const pauses = new Pauses(
    {
      sched_yieldInThread: () => {
        log.push("thread");
        return Promise.resolve(0);
      },
    },
    () => {
      log.push("open");
      return socket(log);
    },
    new HandClock(),
  );
  const pause = (): Promise<void> =>
    new Promise((resolve) => pauses.begin(resolve));
  return { log, pauses, pause };
}

/** Makes those pauses that are on a thread. */
async function first(
  { log, pauses, pause }: ReturnType<typeof scene>,
): Promise<void> {
  for (let i = 0; i < 63; i++) {
    assert(pauses.possible);
    await pause();
  }
  assertEquals(log.splice(0), Array(63).fill("thread"));
}

Deno.test("after 64 pauses a socket makes them", async () => {
  let socket: Socket | null = null;
  const of = scene((log) => socket = new Socket(log));
  const { log, pauses, pause } = of;
  await first(of);
  for (let i = 0; i < 3; i++) {
    const paused = pause();
    socket!.over!();
    await paused;
  }
  pauses.setRef(false);
  const paused = pause();
  await pauses.end();
  await paused;
  assertEquals(log, [
    "open",
    "ref true",
    "socket",
    "socket",
    "socket",
    "ref false",
    "socket",
    "close",
  ]);
});

Deno.test("without a socket, or when it has ended, a thread makes them", async () => {
  const none = scene(() => null);
  await first(none);
  for (let i = 0; i < 2; i++) await none.pause();
  assertEquals(none.log, ["open", "thread", "thread"]);
  await none.pauses.end();

  let socket: Socket | null = null;
  const ended = scene((log) => socket = new Socket(log));
  await first(ended);
  const paused = ended.pause();
  socket!.closed = true;
  socket!.over!();
  await paused;
  await ended.pause();
  assertEquals(ended.log, ["open", "ref true", "socket", "thread"]);
  await ended.pauses.end();
});

Deno.test("a pause by a socket is over when Deno has looked at its sockets", async () => {
  using libc = Libc.require("The test");
  const one = PauseSocket.open(libc);
  const other = PauseSocket.open(libc);
  assert(one !== null && other !== null);
  for (let i = 0; i < 100; i++) {
    const log: string[] = [];
    const both = Promise.withResolvers<void>();
    const over = (name: string): void => {
      if (log.push(name) === 2) both.resolve();
    };
    // Both are ready before Deno looks, so it finds both at once.
    one.begin(() => over("one"));
    other.begin(() => over("other"));
    assertEquals(log, []);
    await both.promise;
  }
  await one.close();
  await other.close();
  assert(one.closed && other.closed);
});

Deno.test("a socket that closes ends its pause", async () => {
  using libc = Libc.require("The test");
  const socket = PauseSocket.open(libc);
  assert(socket !== null);
  const over = new Promise<void>((resolve) => socket.begin(resolve));
  await socket.close();
  await over;
});
