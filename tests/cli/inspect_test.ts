/** `fizyr inspect`. */
import { assert, assertEquals } from "@std/assert";
import { CliError, exitCode } from "../../cli/exit_code.ts";
import { Camera, handlers } from "../interface/support/camera.ts";
import { testWith } from "../support/permissions.ts";
import { fizyr, serveOn } from "./support.ts";

const CAMERA = new URL("../interface/support/camera.ts", import.meta.url)
  .pathname;

/** Runs it until a look at its page is over. */
async function inspect(
  args: readonly string[],
  look: (url: string) => Promise<void>,
): Promise<{ readonly code: number; readonly out: string[] }> {
  const stop = new AbortController();
  const address = Promise.withResolvers<string>();
  const out: string[] = [];
  const running = fizyr(["inspect", ...args, "--port", "0"], {
    signal: stop.signal,
    out(line) {
      out.push(line);
      address.resolve(line);
    },
  });
  // It may end instead of giving an address.
  const url = await Promise.race([address.promise, running.then(() => null)]);
  try {
    if (url !== null) await look(url);
  } finally {
    stop.abort(new CliError(exitCode.INTERRUPTED, "Interrupted"));
  }
  return { code: (await running).code, out };
}

function callName(url: string): Promise<Response> {
  const { origin, search } = new URL(url);
  return fetch(`${origin}/call${search}`, {
    method: "POST",
    headers: { origin },
    body: '{"interface":"Camera","service":"name"}',
  });
}

testWith("all", "inspect shows a server that describes itself", async () => {
  await using server = serveOn(Camera.implement(handlers));
  const { code, out } = await inspect([server.address], async (url) => {
    const text = await (await fetch(url)).text();
    assert(text.includes("A camera that records."));
    assert(text.includes("read-only"));
    const refused = await callName(url);
    assertEquals(refused.status, 403);
    await refused.body?.cancel();
  });
  assertEquals(code, 130);
  assertEquals(out.length, 1);
});

testWith(
  "all",
  "inspect calls one that doesn't, by an interface of a file",
  async () => {
    await using server = serveOn(Camera.implement(handlers), {});
    await inspect([server.address], async (url) => {
      const text = await (await fetch(url)).text();
      assert(text.includes("doesn&#39;t describe itself"));
    });
    const args = [server.address, "--allow-calls", "--interface", CAMERA];
    await inspect(args, async (url) => {
      const text = await (await callName(url)).text();
      assertEquals(text, '{"call":1}\n{"response":"camera"}\n');
    });
  },
);

testWith("all", "inspect needs a server, and a port", async () => {
  const away = await inspect(["127.0.0.1:1"], () => Promise.reject());
  assertEquals(away.code, exitCode.NO_CONNECTION);
  const wrong = await fizyr(["inspect", "127.0.0.1:1", "--port", "x"]);
  assertEquals(wrong.code, exitCode.USAGE);
});
