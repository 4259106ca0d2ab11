/** Transports that don't let go: closing takes closeTimeout at most, and says so. */
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  MemoryTransport,
  type PeerHandle,
  type StreamBody,
  type Transport,
} from "../../mod.ts";
import { Connection } from "../../peer/connection.ts";
import { PeerHandle as Handle } from "../../peer/handles/peer_handle.ts";
import { isPending } from "../support/expect.ts";
import { HandClock } from "../support/hand_clock.ts";
import { publicStreams } from "../support/transports.ts";
import { turns } from "../support/scripted_turn.ts";
import { tick } from "../../internal/event_loop.ts";
import { settles } from "./support.ts";
import { consoleErrors } from "../support/console_errors.ts";

const TIMEOUT = 2000;
type Any = Transport<StreamBody, unknown>;

/** A peer on a transport, with a clock and an ear of the test. */
class Scene {
  readonly clock = new HandClock();
  readonly errors: unknown[] = [];
  readonly peer: PeerHandle<StreamBody, unknown>;

  constructor(transport: Any, closeTimeout = TIMEOUT) {
    const connection = new Connection<StreamBody, unknown>(transport, {
      closeTimeout,
      onError: (error) => this.errors.push(error),
    }, { clock: this.clock });
    this.peer = new Handle(connection);
    connection.start();
  }

  /** Lets closing get as far as it gets. */
  async pace(): Promise<void> {
    for (let i = 0; i < 30; i++) await tick();
  }

  /** Fails unless it closes when the time is over, and says that once. */
  async closesLate(closing: Promise<void>, waits: boolean): Promise<void> {
    await this.pace();
    if (waits) {
      this.clock.turn(TIMEOUT - 1);
      await this.pace();
      assert(await isPending(closing), "it closed before closeTimeout");
      this.clock.turn(1);
    }
    await settles(closing);
    assertEquals(await settles(this.peer.closed), null);
    assertEquals(this.clock.pending, 0);
    assertEquals(this.errors.length, 1, `${this.errors}`);
    assertInstanceOf(this.errors[0], Error);
    assert(
      this.errors[0].message.includes("closeTimeout"),
      this.errors[0].message,
    );
  }
}

/** A transport in memory whose `close` is another one; the other side ends with it. */
function withClose(close: (inner: Any) => void | Promise<void>): Any {
  const [here, there] = MemoryTransport.pair();
  const inner = publicStreams(here);
  there.close();
  return { ...inner, close: () => close(inner) };
}

Deno.test("A transport whose close never ends is given up after closeTimeout", async () => {
  const scene = new Scene(withClose(() => new Promise(() => {})));
  await scene.closesLate(scene.peer.close(), true);
});

Deno.test("A transport whose close never ends is given up when the last handle is released, too", async () => {
  const scene = new Scene(withClose(() => new Promise(() => {})));
  const [reader, writer] = scene.peer.split();
  const closing = writer.closed.then(() => {});
  reader[Symbol.dispose]();
  writer[Symbol.dispose]();
  await scene.closesLate(closing, true);
});

Deno.test("With closeTimeout 0 a transport whose close never ends isn't waited for", async () => {
  const scene = new Scene(withClose(() => new Promise(() => {})), 0);
  await scene.closesLate(scene.peer.close(), false);
});

/** Ways in which a transport's close fails, and whether it has closed. */
const FAILURES: Record<string, (error: Error) => void | Promise<void>> = {
  "rejects": (error) => Promise.reject(error),
  "throws": (error) => {
    throw error;
  },
};

for (const [name, fail] of Object.entries(FAILURES)) {
  Deno.test(`A transport whose close ${name} is closed, and its error is told`, async () => {
    const error = new Error("The transport has failed to close");
    const scene = new Scene(withClose((inner) => {
      inner.close();
      return fail(error);
    }));
    await settles(scene.peer.close());
    assertEquals(await settles(scene.peer.closed), null);
    assertEquals(scene.errors, [error]);
    assertEquals(scene.clock.pending, 0);
  });

  Deno.test(`Without onError the error of a close that ${name} goes to the console`, async () => {
    const error = new Error("The transport has failed to close");
    const said = await consoleErrors(async () => {
      const connection = new Connection<StreamBody, unknown>(
        withClose((inner) => {
          inner.close();
          return fail(error);
        }),
        {},
        { clock: new HandClock() },
      );
      const peer = new Handle(connection);
      connection.start();
      await settles(peer.close());
    });
    assertEquals(said, [[error]]);
  });
}

Deno.test("A transport whose reads never end is given up after closeTimeout", async () => {
  const [here] = MemoryTransport.pair();
  const inner = publicStreams(here);
  const { promise: never } = Promise.withResolvers<never>();
  // Cancelling a stream of the platform would end its reads.
  const readable = {
    getReader: () => ({
      read: () => never,
      cancel: () => never,
      closed: never,
    }),
  } as unknown as Any["readable"];
  const scene = new Scene({ ...inner, readable });
  await scene.closesLate(scene.peer.close(), true);
});

Deno.test("A write that never ends is given up after closeTimeout", async () => {
  const [here] = MemoryTransport.pair({ maxBodyLenWrite: 300_000 });
  const inner = publicStreams(here);
  const { promise: never } = Promise.withResolvers<never>();
  const writable: Any["writable"] = new WritableStream({ write: () => never });
  const scene = new Scene({ ...inner, writable });
  const sending = scene.peer.sendStream(1, new Uint8Array(300_000)).catch((
    error,
  ) => error.code);
  await turns(3);
  const closing = scene.peer.close();
  await scene.pace();
  scene.clock.turn(TIMEOUT);
  await settles(closing);
  assertEquals(await settles(scene.peer.closed), null);
  assertEquals(
    ["connection-closed", "payload-too-large"].includes(await sending),
    true,
  );
  assertEquals(scene.clock.pending, 0);
});

Deno.test("A transport that hangs after an error is given up after closeTimeout, with that error", async () => {
  const [here, there] = MemoryTransport.pair();
  const inner = publicStreams(here);
  const broken = new Error("The line is cut");
  const readable: Any["readable"] = new ReadableStream({
    pull: (controller) => controller.error(broken),
  }, { highWaterMark: 0 });
  const scene = new Scene({
    ...inner,
    readable,
    close: () => new Promise<void>(() => {}),
  });
  await scene.pace();
  assert(await isPending(scene.peer.closed));
  scene.clock.turn(TIMEOUT);
  const error = await settles(scene.peer.closed);
  assertEquals([error?.code, error?.cause], ["connection-aborted", broken]);
  assertEquals(scene.clock.pending, 0);
  await there.close();
});
