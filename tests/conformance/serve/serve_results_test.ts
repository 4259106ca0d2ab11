/** `serve`: results that are thenables, and errors without an `onError`. */
import { assertEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { consoleErrors } from "../../support/console_errors.ts";
import { rejectsWith } from "../../support/expect.ts";

/** A thenable that is no promise. */
class Thenable implements PromiseLike<string> {
  readonly #settle: (resolve: (body: string) => void) => void;

  constructor(settle: (resolve: (body: string) => void) => void) {
    this.#settle = settle;
  }

  then<A, R>(
    resolve?: ((body: string) => A | PromiseLike<A>) | null,
    reject?: ((reason: unknown) => R | PromiseLike<R>) | null,
  ): PromiseLike<A | R> {
    const { promise, resolve: done } = Promise.withResolvers<A | R>();
    try {
      this.#settle((body) => done(resolve!(body)));
    } catch (error) {
      done(reject!(error));
    }
    return promise;
  }
}

function thenable(
  settle: (resolve: (body: string) => void) => void,
): PromiseLike<string> {
  return new Thenable(settle);
}

conformance("a handler may give any thenable", async (scene) => {
  const [client, server] = await scene.pair({ right: { onError() {} } });
  server.serve({
    1: () => thenable((resolve) => resolve("at once")),
    2: () => thenable((resolve) => queueMicrotask(() => resolve("later"))),
    3: () =>
      thenable(() => {
        throw new Error("not at all");
      }),
  });
  assertEquals((await client.call(1, "")).text(), "at once");
  assertEquals((await client.call(2, "")).text(), "later");
  const error = await rejectsWith("remote-error", () => client.call(3, ""));
  assertEquals(error.message, "not at all");
});

conformance(
  "without onError, what handlers throw goes to console.error",
  async (scene) => {
    const [client, server] = await scene.pair();
    const errors = [
      new Error("sync"),
      new Error("async"),
      "no Error at all",
      new Error("stream"),
    ];
    const calls = await consoleErrors(async () => {
      server.serve({
        0: () => {
          throw errors[0];
        },
        1: () => Promise.reject(errors[1]),
        2: () => {
          throw errors[2];
        },
        3: () => "fine",
      }, {
        stream: () => {
          throw errors[3];
        },
      });
      for (const [i, text] of ["sync", "async", "no Error at all"].entries()) {
        const error = await rejectsWith(
          "remote-error",
          () => client.call(i, ""),
        );
        assertEquals(error.message, text);
      }
      await client.sendStream(1, "");
      await client.call(3, "");
    });
    assertEquals(calls, errors.map((error) => [error]));
  },
);

conformance(
  "without onError, the console gets the first error of a kind",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const calls = await consoleErrors(async () => {
      peer.serve({ 1: () => "" });
      for (let i = 0; i < 5; i++) await raw.send(1, 99, 1, "for nobody");
      await raw.send(0, 5, 1, "");
      assertEquals(await raw.recvPlain(), [1, 5, 1, ""]);
    });
    assertEquals(calls.length, 1);
    assertEquals(peer.stats().errors, 5);
  },
);

conformance(
  "with onError, nothing goes to console.error",
  async (scene) => {
    const seen: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => seen.push(error) },
    });
    const thrown = new Error("for onError");
    const calls = await consoleErrors(async () => {
      server.serve({
        1: () => {
          throw thrown;
        },
      });
      await rejectsWith("remote-error", () => client.call(1, ""));
    });
    assertEquals(calls, []);
    assertEquals(seen, [thrown]);
  },
);

conformance(
  "an unknown handler's result and error are treated alike",
  async (scene) => {
    const seen: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => seen.push(error) },
    });
    const thrown = new Error("unknown, too");
    server.serve({}, {
      unknown: ({ serviceId }) => {
        if (serviceId === 2) throw thrown;
        return thenable((resolve) => resolve(`service ${serviceId}`));
      },
    });
    const response = await client.call(-7, "");
    assertEquals([response.header.serviceId, response.text()], [
      -7,
      "service -7",
    ]);
    await rejectsWith("remote-error", () => client.call(2, ""));
    assertEquals(seen, [thrown]);
  },
);
