/**
 * Makes each call of the C library fail, one at a time, while a connection is made, a
 * conversation is held, and both sides close. The argument is the kind of connection.
 * Prints what is wrong, a line each, and then how many calls have failed of which functions.
 */
import { LONG } from "../support/suite/long.ts";
import { openSignalSockets } from "../support/processes/signal_sockets.ts";
import { failCalls, failing } from "./failing_calls.ts";

failCalls();
// Only now, as they open the C library.
const { CONNECTIONS, hold, holdAndFail } = await import(
  "./failing_conversation.ts"
);

/** What a call can fail with. */
const ERRORS: Readonly<Record<string, number>> = LONG
  ? { EINTR: 4, EIO: 5, ENOMEM: 12, ENOBUFS: 105 }
  : { EIO: 5 };

/** What isn't called with a chance to fail, or says so otherwise than by -1. */
const LEFT_OUT = new Set([
  "__errno_location",
  "strerror",
  "sched_yield",
  // With a count below 2^64 it can't.
  "eventfd_write",
]);

const connect = CONNECTIONS[Deno.args[0]!]!;
// Makes what stays for the whole process.
openSignalSockets();
await hold(connect);
failing.count();
await holdAndFail(connect, "no call fails");
const calls = Object.entries(failing.counted).filter(([name]) =>
  !LEFT_OUT.has(name)
);
let failed = 0;
for (const [name, count] of calls) {
  for (const [code, errno] of Object.entries(ERRORS)) {
    // An interrupted connect goes on by itself, which one that wasn't made doesn't.
    if (name === "connect" && code === "EINTR") continue;
    for (let at = 1; at <= count; at++) {
      failing.set(name, at, errno);
      await holdAndFail(connect, `${name} ${at} of ${count}, ${code}`);
      if (failing.hasFailed) failed++;
    }
  }
}
failing.stop();
console.log(`${failed} calls have failed: ${calls.map(([name]) => name)}`);
Deno.exit();
