/**
 * Makes each call of the C library fail, one at a time, while a connection is made, a
 * conversation is held, and both sides close. The argument is the kind of connection.
 * Prints what is wrong, a line each, and then how many calls have failed.
 */
import { failCalls, failing } from "./failing_calls.ts";

failCalls();
// Only now, as they open the C library.
const { CONNECTIONS, holdAndFail } = await import("./failing_conversation.ts");

/** What a call can fail with: what is tried again, what passes, and what doesn't. */
const ERRORS = { EINTR: 4, EIO: 5, ENOMEM: 12, ENOBUFS: 105 };

/** What isn't called with a chance to fail, or says so otherwise than by -1. */
const LEFT_OUT = new Set(["__errno_location", "strerror", "sched_yield"]);

const connect = CONNECTIONS[Deno.args[0]!]!;
// Makes what stays for the whole process.
await holdAndFail(connect, "warm-up");
failing.count();
await holdAndFail(connect, "no call fails");
const calls = Object.entries(failing.counted).filter(([name]) =>
  !LEFT_OUT.has(name)
);
let failed = 0;
for (const [name, count] of calls) {
  for (const [code, errno] of Object.entries(ERRORS)) {
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
