/** A process that stood still: it doesn't blame the other side for that. */
import { assert, assertEquals } from "@std/assert";
import { isPending, nextRequest, nextStream } from "../support/expect.ts";
import { testWith } from "../support/permissions.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { writeAll } from "../support/scripted_fill.ts";
import { frame, parse, REQUEST, STREAM } from "../support/scripted_frames.ts";
import { Victim } from "../hostile/victim.ts";
import { settleDown, settles, stall } from "./support.ts";
import { linesOf } from "../../tools/lines_of.ts";

const TIMEOUT = 1000;
const whole = frame(REQUEST, 7, 1, "a question");
const half = whole.subarray(0, 20);
const rest = whole.subarray(20);

/** Ends a victim as the other side's stall does, in so many periods at most. */
async function stalls(victim: Victim, what: string): Promise<void> {
  await stall(victim, TIMEOUT);
  const error = await settles(victim.peer.closed);
  assertEquals([error?.code, error?.limit], ["limit-exceeded", TIMEOUT]);
  assert(error!.message.includes(what), error!.message);
  assertEquals(victim.clock.pending, 0);
}

for (const kind of SCRIPTED_KINDS) {
  const options = { kind, stallTimeout: TIMEOUT };

  Deno.test(`The rest of a message that came while the process stood still is no stall (${kind})`, async () => {
    await using victim = new Victim(options);
    await victim.say(half);
    await settleDown(victim);
    // It is there when the timer is late.
    const saying = victim.say(rest);
    victim.clock.freeze(100 * TIMEOUT);
    await saying;
    const { request, body } = await nextRequest(victim.peer);
    assertEquals(body.text(), "a question");
    await request.sendResponse(1, "an answer");
    assert(await isPending(victim.peer.closed));
  });

  Deno.test(`A process that stands still again and again blames nobody (${kind})`, async () => {
    await using victim = new Victim(options);
    await victim.say(half);
    await settleDown(victim);
    for (let i = 0; i < 10; i++) {
      victim.clock.freeze(2 * TIMEOUT);
      await settleDown(victim);
    }
    assert(await isPending(victim.peer.closed));
    await victim.say(rest);
    assertEquals((await nextRequest(victim.peer)).body.text(), "a question");
  });

  Deno.test(`Half a message is a stall after a standstill, too, once the process goes on (${kind})`, async () => {
    await using victim = new Victim(options);
    await victim.say(half);
    await settleDown(victim);
    victim.clock.freeze(100 * TIMEOUT);
    await settleDown(victim);
    assert(await isPending(victim.peer.closed));
    await stalls(victim, "didn't finish a message");
  });

  Deno.test(`A write that was stuck while the process stood still is no stall (${kind})`, async () => {
    await using victim = new Victim({ ...options, writes: { capacity: 1 } });
    const sending = victim.peer.sendStream(1, new Uint8Array(500));
    await settleDown(victim);
    victim.clock.freeze(100 * TIMEOUT);
    await settleDown(victim);
    assert(await isPending(victim.peer.closed));
    // And it gets on: the other side reads now.
    const { input } = victim.wire;
    while (parse(input.log).frames.length === 0) await input.read();
    await sending;
    assert(await isPending(victim.peer.closed));
  });

  Deno.test(`A write that is stuck is a stall after a standstill, too, once the process goes on (${kind})`, async () => {
    await using victim = new Victim({ ...options, writes: { capacity: 1 } });
    victim.peer.sendStream(1, new Uint8Array(5000)).catch(() => {});
    await settleDown(victim);
    victim.clock.freeze(100 * TIMEOUT);
    await settleDown(victim);
    assert(await isPending(victim.peer.closed));
    await stalls(victim, "took none of the bytes");
  });

  Deno.test(`Both ways at once: a standstill is no stall, and what gets on is none (${kind})`, async () => {
    await using victim = new Victim({ ...options, writes: { capacity: 1 } });
    await victim.say(half);
    victim.peer.sendStream(1, new Uint8Array(50)).catch(() => {});
    await settleDown(victim);
    victim.clock.freeze(5 * TIMEOUT);
    const { input } = victim.wire;
    await victim.say(rest, frame(STREAM, 0, 3));
    while (parse(input.log).frames.length === 0) await input.read();
    await settleDown(victim);
    victim.clock.turn(3 * TIMEOUT);
    await settleDown(victim);
    assertEquals((await nextRequest(victim.peer)).body.text(), "a question");
    assertEquals((await nextStream(victim.peer)).header.serviceId, 3);
    assert(await isPending(victim.peer.closed));
  });
}

const CHILD = new URL("./frozen_child.ts", import.meta.url).href;
const CHILD_TIMEOUT = 700;

/** A server in a process of its own, that says what has come of it. */
class Child implements AsyncDisposable {
  readonly process: Deno.ChildProcess;
  readonly conn: Deno.Conn;
  readonly #lines: ReadableStreamDefaultReader<string>;

  constructor(
    process: Deno.ChildProcess,
    lines: ReadableStreamDefaultReader<string>,
    conn: Deno.Conn,
  ) {
    this.process = process;
    this.#lines = lines;
    this.conn = conn;
  }

  static async start(mode: string): Promise<Child> {
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-check", "-A", CHILD],
        ...[mode, `${CHILD_TIMEOUT}`],
      ],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const lines = linesOf(process.stdout).getReader();
    const port = Number((await lines.read()).value);
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    return new Child(process, lines, conn);
  }

  async line(): Promise<string | undefined> {
    return (await this.#lines.read()).value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.conn.close();
    this.process.kill("SIGKILL");
    await this.#lines.cancel();
    await this.process.status;
  }
}

/** Ways in which a process stands still, with half a message read; the rest comes meanwhile. */
const STANDSTILLS: Record<string, (child: Child) => Promise<void>> = {
  "stopped": async ({ process, conn }) => {
    process.kill("SIGSTOP");
    await writeAll(conn, rest);
    // Nothing but time makes its timer late.
    await new Promise((resolve) => setTimeout(resolve, 2 * CHILD_TIMEOUT));
    process.kill("SIGCONT");
  },
  // By itself, as soon as it has said that half of the message is there.
  "busy": ({ conn }) => writeAll(conn, rest),
};

for (const [name, standStill] of Object.entries(STANDSTILLS)) {
  testWith(
    "run",
    `A process that was ${name} for longer than stallTimeout answers`,
    async () => {
      await using child = await Child.start(name);
      await writeAll(child.conn, half);
      assertEquals(await child.line(), "half");
      await standStill(child);
      const answer = new Uint8Array(100);
      const n = await child.conn.read(answer);
      const [response] = parse(answer.slice(0, n ?? 0)).frames;
      assertEquals(response?.requestId, 7);
    },
  );
}
