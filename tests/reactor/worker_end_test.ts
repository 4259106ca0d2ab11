/** A worker that ends by itself closes its sockets. */
import { assertEquals } from "@std/assert";
import { WorkerEnd } from "../../transports/reactor/worker_end.ts";
import { runChild } from "../descriptor/support.ts";
import { testWith } from "../support/permissions.ts";

/** What a worker's global object has of this. */
class Scope extends EventTarget {
  readonly calls: string[] = [];
  close = (): void => void this.calls.push("closed");
}

function scene(): { scope: Scope; end: WorkerEnd } {
  const scope = new Scope();
  const end = new WorkerEnd(() => scope.calls.push("end"), scope);
  return { scope, end };
}

Deno.test("close() is told before the worker closes", () => {
  const { scope } = scene();
  scope.close();
  assertEquals(scope.calls, ["end", "closed"]);
});

for (const type of ["error", "unhandledrejection", "unload"]) {
  Deno.test(`"${type}" is told once, unless it is prevented`, () => {
    const { scope, end } = scene();
    const event = (): Event => new Event(type, { cancelable: true });
    scope.dispatchEvent(event());
    assertEquals(scope.calls, ["end"]);
    scope.addEventListener(type, (event) => event.preventDefault());
    end.comeLast();
    scope.dispatchEvent(event());
    assertEquals(scope.calls, ["end"]);
  });
}

Deno.test("nothing is told, and nothing is left, once it is disposed", () => {
  const { scope, end } = scene();
  const wrapped = scope.close;
  end[Symbol.dispose]();
  end[Symbol.dispose]();
  assertEquals(scope.close === wrapped, false);
  scope.close();
  scope.dispatchEvent(new Event("error"));
  assertEquals(scope.calls, ["closed"]);
});

Deno.test("a close() that others have wrapped since goes on to work", () => {
  const { scope, end } = scene();
  const wrapped = scope.close;
  const theirs = (): void => wrapped();
  scope.close = theirs;
  end[Symbol.dispose]();
  assertEquals(scope.close, theirs);
  scope.close();
  assertEquals(scope.calls, ["closed"]);
});

Deno.test("the main thread is left alone", () => {
  const { close } = globalThis;
  using _end = new WorkerEnd(() => {});
  assertEquals(globalThis.close, close);
});

const CHILD = new URL("support/worker_end_child.ts", import.meta.url);

testWith(
  "all",
  "both ends of a worker's sockets are gone, however it ends, and its files",
  async () => {
    const [outcome] = await runChild<Record<string, unknown>>(CHILD);
    const ended = { seen: "connection-closed", left: 0, files: [] };
    assertEquals(outcome, {
      "self.close()": ended,
      "Deno.exit()": ended,
      "an error": ended,
      "a rejection": ended,
      "a prevented error": { ...ended, seen: "still open" },
      "many": "none left",
    });
  },
);
