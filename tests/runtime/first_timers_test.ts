/** What a program does first with a connection loads nothing that Deno loads late: timers of its part for Node take as long as 1000 calls. */
import { assertEquals } from "@std/assert";
import { startTimer } from "../../internal/runtime/deno.ts";
import { testWith } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";

const ROOT = new URL("../../", import.meta.url);

/** Tells which of the two a program has looked at. */
const WATCH = `
const seen = new Set();
for (const name of ["setTimeout", "setImmediate"]) {
  const { get } = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      seen.add(name);
      return get.call(globalThis);
    },
  });
}
`;

async function run(program: string): Promise<string> {
  const { code, stdout, stderr } = await runDeno(
    ["eval", `${WATCH}\n${program}`],
    { cwd: ROOT },
  );
  assertEquals([code, stderr], [0, ""], stdout);
  return stdout.trim();
}

const PEERS = `
const { connect, listen } = await import("${new URL("mod.ts", ROOT)}");
const listener = listen("tcp://127.0.0.1:0");
listener.run((peer) =>
  peer.serve({
    1: (_request, body) => body,
    async 2(request) {
      for (let i = 0; i < 10_000; i++) await request.sendUpdate(1, "update");
    },
  })
);
const { addr: { port } } = listener;
const peer = await connect({ transport: "tcp", hostname: "127.0.0.1", port });
`;

testWith("run", "1000 calls, and the end, load no timers", async () => {
  const program = `${PEERS}
for (let i = 0; i < 500; i++) await peer.call(1, "body");
await Promise.all(Array.from({ length: 500 }, () => peer.call(1, "body")));
await peer.close();
await listener.close();
console.log(JSON.stringify([...seen]));`;
  assertEquals(await run(program), "[]");
});

testWith("run", "10,000 updates load no timers", async () => {
  const program = `${PEERS}
const request = await peer.sendRequest(2, "");
let updates = 0;
for await (const _ of request) updates++;
await request.recvResponse();
console.log(JSON.stringify([updates, ...seen]));
Deno.exit();`;
  assertEquals(await run(program), "[10000]");
});

const TIMERS = `
const { startTimer, runSoon } = await import("${new URL(
  "internal/runtime/deno.ts",
  ROOT,
)}");
const told = [];
const tell = (text) => () => told.push(text);
addEventListener("unload", () => console.log([...told, ...seen].join()));
`;

testWith("run", "A first timer keeps the program alive or not", async () => {
  assertEquals(
    await run(`${TIMERS}
startTimer(tell("alive"), 20, true);
startTimer(tell("later"), 60_000, false);
startTimer(tell("stopped"), 60_000, true)();`),
    "alive",
  );
});

testWith("run", "A first turn keeps the program alive", async () => {
  assertEquals(
    await run(`${TIMERS}
runSoon(() => {
  tell("first")();
  runSoon(tell("second"));
});
queueMicrotask(tell("microtask"));`),
    "microtask,first,second",
  );
});

testWith("run", "Many timers and turns are left to the runtime", async () => {
  assertEquals(
    await run(`${TIMERS}
for (let i = 0; i < 1000; i++) startTimer(tell("stopped"), 60_000, true)();
for (let i = 0; i < 1000; i++) await new Promise((resolve) => runSoon(resolve));`),
    "setTimeout,setImmediate",
  );
});

Deno.test("A setTimeout of the program's own is used", () => {
  const { setTimeout: before } = globalThis;
  const started: number[] = [];
  globalThis.setTimeout = ((_: () => void, ms: number) => {
    started.push(ms);
    return 0;
  }) as unknown as typeof before;
  try {
    startTimer(() => {}, 1234, true);
  } finally {
    globalThis.setTimeout = before;
  }
  assertEquals(started, [1234]);
});
