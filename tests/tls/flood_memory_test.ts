/** The memory of a server whose reader has stopped, in a process of its own. */
import { assert, assertRejects } from "@std/assert";
import { connect } from "../../endpoints/tls.ts";
import { RpcError } from "../../protocol/error.ts";
import { linesOf } from "../../tools/lines_of.ts";
import { tlsTest } from "./support.ts";

const MIB = 1024 * 1024;
/** It needn't wait for a reader that has stopped. */
const OPTIONS = { maxBodyLenWrite: MIB, closeTimeout: 1 };
/** Far below what is sent, and far above what a collector leaves for later. */
const MAX_GROWTH = 48 * MIB;
const FLOOD = 512 * MIB;

tlsTest("a flood of a stopped reader takes no memory", async (scene) => {
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const program = new URL("./stopped_reader_child.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      "--no-check",
      "--config",
      config,
      program.pathname,
      JSON.stringify(scene.server),
    ],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const lines = linesOf(child.stdout).getReader();
  try {
    const { value: port } = await lines.read();
    const address = `tls://127.0.0.1:${Number(port)}` as const;
    const caCerts = [scene.ca.cert];
    const flooding = await connect(address, { ...OPTIONS, caCerts });
    const other = await connect(address, { caCerts });
    const memory = async () => Number((await other.call(2, "")).text());
    for (let i = 0; i < 200; i++) await other.call(1, "");
    const before = await memory();

    const body = new Uint8Array(256 * 1024);
    let sent = 0;
    const flood = assertRejects(async () => {
      for (; sent < FLOOD; sent += body.length) {
        await flooding.sendStream(1, body);
      }
    }, RpcError);
    // It has stopped once nothing moves within many round trips beside it.
    for (let last = -1; last < sent;) {
      last = sent;
      for (let i = 0; i < 200; i++) await other.call(1, "");
    }
    const growth = await memory() - before;
    assert(sent < FLOOD, "all of it was taken");
    assert(growth < MAX_GROWTH, `${growth} bytes for ${sent} that were sent`);
    const [error] = await Promise.all([flood, flooding.close()]);
    assert(error.code !== undefined);
    await other.close();
  } finally {
    child.kill("SIGKILL");
    await lines.cancel();
    await child.status;
  }
});
