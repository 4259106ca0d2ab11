/** A worker that ends by itself closes what it has open. */
import { assertEquals } from "@std/assert";
import {
  WorkerEnd,
  type WorkerResource,
} from "../../transports/libc/worker_end.ts";
import { runChild } from "../support/processes/run_child.ts";
import { testWith } from "../support/permissions.ts";

/** What a worker's global object has of this. */
class Scope extends EventTarget {
  readonly calls: string[] = [];
  close = (): void => void this.calls.push("closed");
}

function scene(): { scope: Scope; end: WorkerEnd; open: WorkerResource } {
  const scope = new Scope();
  const end = new WorkerEnd(scope);
  const open = { close: () => scope.calls.push("end") };
  end.add(open);
  return { scope, end, open };
}

Deno.test("what is open is closed once, before the worker closes", () => {
  const { scope } = scene();
  const { close } = scope;
  close();
  close();
  assertEquals(scope.calls, ["end", "closed", "closed"]);
});

Deno.test("what uses descriptors is closed before them", () => {
  const { scope, end } = scene();
  end.addUser({ close: () => scope.calls.push("user") });
  scope.close();
  assertEquals(scope.calls, ["user", "end", "closed"]);
});

for (const type of ["error", "unhandledrejection", "unload"]) {
  Deno.test(`"${type}" closes what is open, unless it is prevented`, () => {
    const { scope, end, open } = scene();
    const event = (): Event => new Event(type, { cancelable: true });
    scope.dispatchEvent(event());
    assertEquals(scope.calls, ["end"]);
    end.add(open);
    scope.addEventListener(type, (event) => event.preventDefault());
    end.comeLast();
    scope.dispatchEvent(event());
    assertEquals(scope.calls, ["end"]);
  });
}

Deno.test("nothing is left of it once nothing is open", () => {
  const { scope, end, open } = scene();
  const wrapped = scope.close;
  end.delete(open);
  end.delete(open);
  assertEquals(scope.close === wrapped, false);
  scope.close();
  scope.dispatchEvent(new Event("error"));
  assertEquals(scope.calls, ["closed"]);
});

Deno.test("a close() that others have wrapped since goes on to work", () => {
  const { scope, end, open } = scene();
  const wrapped = scope.close;
  const theirs = (): void => wrapped();
  scope.close = theirs;
  end.delete(open);
  assertEquals(scope.close, theirs);
  end.add(open);
  scope.close();
  assertEquals(scope.calls, ["end", "closed"]);
});

Deno.test("the main thread is left alone", () => {
  const { close } = globalThis;
  WorkerEnd.current.add({ close: () => {} });
  assertEquals(globalThis.close, close);
});

const CHILD = new URL("support/worker_end_child.ts", import.meta.url);

testWith(
  "all",
  "all that a worker has open is closed, however it ends",
  async () => {
    const [outcome] = await runChild<Record<string, unknown>>(CHILD);
    const ended = {
      seen: "connection-closed",
      left: 0,
      files: [],
      descriptors: 0,
      mapped: 0,
    };
    assertEquals(outcome, {
      "self.close()": ended,
      "Deno.exit()": ended,
      "an error": ended,
      "a rejection": ended,
      "a prevented error": { seen: "still open", descriptors: 3, mapped: 1 },
      "many": "none left",
    });
  },
);
