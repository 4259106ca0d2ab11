/** Importing is light: few modules, and nothing of the runtime that is loaded late itself. */
import { assert, assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { loadedModules } from "../support/processes/loaded_modules.ts";
import { runDeno } from "../support/processes/run_deno.ts";

const ROOT = new URL("../../", import.meta.url);

/**
 * How many modules an entry may load. Each takes some 0.1 ms at every start: what not
 * every program needs belongs behind an `import()`.
 */
const MOST: Readonly<Record<string, number>> = {
  "mod.ts": 162,
  "protocol/mod.ts": 16,
  "peer/mod.ts": 83,
  "interface/mod.ts": 105,
  "endpoints/tcp.ts": 112,
  "endpoints/unix_stream.ts": 121,
  "endpoints/unix_seqpacket.ts": 127,
  "endpoints/websocket_browser.ts": 111,
};

for (const [entry, most] of Object.entries(MOST)) {
  testWith("run", `${entry} loads at most ${most} modules`, async () => {
    const modules = await loadedModules(entry);
    assert(modules.length <= most, `It loads ${modules.length}`);
  });
}

/** What Deno loads when it is first looked at: its part for Node, and streams. */
const LATE = [
  "Buffer",
  "process",
  "setImmediate",
  "clearImmediate",
  "ReadableStream",
  "TransformStream",
  "WritableStream",
];

/** Prints what importing a module looks at of these. */
const PROGRAM = `
const seen = new Set();
for (const name of ${JSON.stringify(LATE)}) {
  const found = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      seen.add(name);
      return found.get ? found.get.call(globalThis) : found.value;
    },
  });
}
await import(Deno.args[0]);
console.log(JSON.stringify([...seen]));
`;

testWith(
  "run",
  "importing looks at nothing that Deno loads late",
  async () => {
    for (
      const entry of [
        "mod.ts",
        "interface/mod.ts",
        "reconnect/mod.ts",
        "endpoints/tls.ts",
        "endpoints/nats.ts",
        "endpoints/websocket.ts",
        "transports/message_port/mod.ts",
        "interface/formats/msgpack.ts",
      ]
    ) {
      const url = new URL(entry, ROOT).href;
      const { code, stdout, stderr } = await runDeno(
        ["eval", PROGRAM, url],
        { cwd: ROOT },
      );
      assertEquals([entry, code, stdout, stderr], [entry, 0, "[]\n", ""]);
    }
  },
);
