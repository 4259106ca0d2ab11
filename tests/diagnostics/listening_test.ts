/** Who is told, and what it costs the others. */
import { channel, subscribe, unsubscribe } from "node:diagnostics_channel";
import { assertEquals } from "@std/assert";
import { publishDiagnostics } from "../../diagnostics/mod.ts";
import { MemoryTransport, Peer } from "../../mod.ts";
import { probe } from "../../peer/probe.ts";
import { testWith } from "../support/permissions.ts";
import { loadedModules } from "../support/processes/loaded_modules.ts";
import { runDeno } from "../support/processes/run_deno.ts";
import { collectMessages } from "./collect_messages.ts";

const ROOT = new URL("../../", import.meta.url);

/** A call between two new connections. */
async function callOnce(): Promise<void> {
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a);
  await using server = Peer.spawn(b);
  const serving = server.serve({ 7: (_request, body) => body });
  await client.call(7, "");
  await client.close();
  await serving;
}

const NAMES = [
  "fizyr-rpc:connect",
  "fizyr-rpc:close",
  "fizyr-rpc:call:start",
  "fizyr-rpc:call:end",
  "fizyr-rpc:handler:start",
  "fizyr-rpc:handler:end",
  "fizyr-rpc:message",
] as const;

Deno.test("nothing is published before it is asked for, and after all have had enough", async () => {
  using seen = collectMessages(...NAMES);
  await callOnce();
  assertEquals([seen.length, probe], [0, null]);
  const first = publishDiagnostics();
  const second = publishDiagnostics();
  await callOnce();
  assertEquals(new Set(seen.map(({ name }) => name)), new Set(NAMES));
  first[Symbol.dispose]();
  // Again: this mustn't count for the other one.
  first[Symbol.dispose]();
  seen.length = 0;
  await callOnce();
  assertEquals(new Set(seen.map(({ name }) => name)), new Set(NAMES));
  second[Symbol.dispose]();
  seen.length = 0;
  await callOnce();
  assertEquals([seen.length, probe], [0, null]);
});

Deno.test("a connection that closes after the end of publishing says nothing", async () => {
  using seen = collectMessages("fizyr-rpc:connect", "fizyr-rpc:close");
  const [a, b] = MemoryTransport.pair();
  const published = publishDiagnostics();
  await using client = Peer.spawn(a);
  published[Symbol.dispose]();
  await using server = Peer.spawn(b);
  await client.close();
  await server.closed;
  assertEquals(seen.map(({ name }) => name), ["fizyr-rpc:connect"]);
});

Deno.test("a channel without subscribers is not published to", async () => {
  using _published = publishDiagnostics();
  const silent = NAMES.filter((name) => name !== "fizyr-rpc:connect");
  const asked: string[] = [];
  for (const name of silent) {
    Object.defineProperty(channel(name), "publish", {
      configurable: true,
      value: () => asked.push(name),
    });
  }
  const listener = (): void => {};
  subscribe("fizyr-rpc:connect", listener);
  await callOnce();
  unsubscribe("fizyr-rpc:connect", listener);
  for (const name of silent) Reflect.deleteProperty(channel(name), "publish");
  assertEquals(asked, []);
});

Deno.test("a call that began before anybody listened has no end", async () => {
  using _published = publishDiagnostics();
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a);
  await using server = Peer.spawn(b);
  const first = await client.sendRequest(1, "");
  using seen = collectMessages("fizyr-rpc:call:end");
  const serving = server.serve({ 1: () => {} });
  await first.recvResponse();
  await client.call(1, "");
  assertEquals(seen.map(({ message }) => message.requestId), [1]);
  await client.close();
  await serving;
});

Deno.test("a subscriber may close the connection that it is told of", async () => {
  using _published = publishDiagnostics();
  for (const name of NAMES) {
    const close = (message: unknown): void => {
      const { peer } = message as { peer: { close(): Promise<void> } };
      peer.close();
    };
    subscribe(name, close);
    const [a, b] = MemoryTransport.pair();
    await using client = Peer.spawn(a);
    await using server = Peer.spawn(b);
    const serving = server.serve({ 7: (_request, body) => body });
    await client.call(7, "").catch(() => {});
    await client.close();
    assertEquals([name, await server.closed], [name, null]);
    await serving;
    unsubscribe(name, close);
  }
});

/** What a program does whose subscriber throws. */
const THROWING = `
import { subscribe } from "node:diagnostics_channel";
import "node:process";
import { MemoryTransport, Peer } from "${new URL("mod.ts", ROOT)}";
import { publishDiagnostics } from "${new URL("diagnostics/mod.ts", ROOT)}";
globalThis.addEventListener("error", (event) => {
  console.log(event.message);
  event.preventDefault();
});
publishDiagnostics();
let thrown = 0;
for (const name of ${JSON.stringify(NAMES)}) {
  subscribe(name, () => {
    thrown++;
    throw new Error(name);
  });
}
const [a, b] = MemoryTransport.pair();
const client = Peer.spawn(a);
const server = Peer.spawn(b);
const serving = server.serve({ 7: (_request, body) => body });
console.log((await client.call(7, "Hello")).text());
await client.close();
console.log(await server.closed, thrown >= ${NAMES.length});
await serving;
`;

testWith(
  "run",
  "a subscriber that throws breaks no connection, and its error is uncaught",
  async () => {
    const { code, stdout, stderr } = await runDeno(
      ["eval", "--ext=ts", THROWING],
      { cwd: ROOT.pathname },
    );
    const lines = stdout.trim().split("\n");
    assertEquals([code, stderr], [0, ""]);
    assertEquals(
      [lines.includes("Hello"), lines.includes("null true")],
      [true, true],
    );
    const uncaught = lines.filter((line) =>
      line.startsWith("Uncaught Error: ")
    );
    assertEquals(
      new Set(uncaught.map((line) => line.slice("Uncaught Error: ".length))),
      new Set(NAMES),
    );
  },
);

testWith("run", "mod.ts doesn't load what publishes", async () => {
  const modules = await loadedModules("mod.ts");
  const loaded = modules.filter((module) => /diagnostics/.test(module));
  assertEquals(loaded, []);
});
