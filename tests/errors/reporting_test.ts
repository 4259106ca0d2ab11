/** Where errors go that have nobody else to go to. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type PeerOptions, RpcError } from "../../mod.ts";
import { ErrorReporter } from "../../internal/errors.ts";
import { conformance } from "../support/conformance.ts";
import { consoleErrors } from "../support/console_errors.ts";
import { rejectsWith } from "../support/expect.ts";
import { unprintables } from "../support/values/unprintables.ts";

/** What the console is told while something runs. */
async function told(run: () => unknown): Promise<unknown[]> {
  return (await consoleErrors(run)).map(([first]) => first);
}

Deno.test("Without onError the console gets the first of each kind, and then how many there are", async () => {
  const reporter = new ErrorReporter(undefined);
  const first = new Error("no film");
  const other = new TypeError("no light");
  const all = await told(() => {
    reporter.report(first);
    reporter.report(other);
    for (let i = 0; i < 999; i++) reporter.report(new Error("no film"));
  });
  assertEquals(all, [
    first,
    other,
    "10 times so far: no film",
    "100 times so far: no film",
    "1000 times so far: no film",
  ]);
});

Deno.test("However many kinds there are, the console isn't flooded", async () => {
  const reporter = new ErrorReporter(undefined);
  const all = await told(() => {
    for (let i = 0; i < 10_000; i++) reporter.report(new Error(`number ${i}`));
  });
  assert(all.length < 30, `${all.length} lines`);
});

Deno.test("The end of a connection is told by `closed`, and not by the console", async () => {
  const reporter = new ErrorReporter(undefined);
  const all = await told(() =>
    reporter.report(
      new RpcError("connection-aborted", "Reset", { fatal: true }),
    )
  );
  assertEquals(all, []);
});

for (
  const [how, onError] of [
    ["throws", () => {
      throw new Error("log down");
    }],
    ["rejects", () => Promise.reject(new Error("log down"))],
  ] as const
) {
  Deno.test(`What an onError that ${how} gives goes to the console, and nowhere else`, async () => {
    const reporter = new ErrorReporter(onError);
    const all = await told(async () => {
      reporter.report(new Error("no film"));
      await Promise.resolve();
      await Promise.resolve();
    });
    assertEquals(all.map(String), ["Error: log down"]);
  });
}

conformance("an onError that rejects ends nothing", async (scene) => {
  const options: PeerOptions = {
    onError: () => Promise.reject(new Error("log down")),
  };
  const [client, server] = await scene.pair({ right: options });
  const serving = server.serve({
    1: () => {
      throw new Error("no film");
    },
    2: () => "fine",
  });
  await told(async () => {
    await rejectsWith("remote-error", () => client.call(1, ""));
    assertEquals((await client.call(2, "")).text(), "fine");
  });
  await client.close();
  await serving;
});

for (const [name, thrown] of Object.entries(unprintables())) {
  conformance(
    `a handler that throws ${name} answers and reports`,
    async (scene) => {
      const errors: unknown[] = [];
      const [client, server] = await scene.pair({
        right: { onError: (error) => errors.push(error) },
      });
      server.serve({
        1: () => {
          throw thrown;
        },
        2: () => Promise.reject(thrown),
      });
      for (const id of [1, 2]) {
        const error = await rejectsWith(
          "remote-error",
          () => client.call(id, ""),
        );
        assert(error.message.length > 0);
      }
      assertEquals(errors.length, 2);
      assertEquals(server.stats().openReceivedRequests, 0);
    },
  );
}

conformance(
  "an error without a message arrives with its name",
  async (scene) => {
    const [client, server] = await scene.pair({ right: { onError: () => {} } });
    server.serve({
      1: () => {
        throw new Deno.errors.NotFound();
      },
    });
    const error = await rejectsWith("remote-error", () => client.call(1, ""));
    assertStringIncludes(error.message, "NotFound");
  },
);

Deno.test("An error shows the fields of its code, and no others", () => {
  const error = new RpcError("remote-error", "no film", { requestId: 7 });
  assertEquals(Object.keys(error).sort(), [
    "code",
    "fatal",
    "name",
    "requestId",
    "side",
  ]);
  assertEquals([error.limit, error.requestId], [undefined, 7]);
  const text = Deno.inspect(error);
  assert(!text.includes("undefined"), text);
});

conformance(
  "closed says how many requests a clean end has left unanswered",
  async (scene) => {
    const [client, raw] = await scene.raw();
    const calls = Promise.allSettled([1, 2].map((id) => client.call(id, "")));
    for (let i = 0; i < 2; i++) await raw.recv();
    await raw.close();
    const settled = await calls;
    const closed = await client.closed;
    assert(closed instanceof RpcError);
    for (const result of settled) {
      assert(result.status === "rejected");
      assertEquals(result.reason.code, closed.code);
    }
    if (closed.code !== "connection-closed") return;
    assertEquals([closed.side, closed.actual, closed.fatal], [
      "remote",
      2,
      true,
    ]);
  },
);
