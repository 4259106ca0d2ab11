/** A machine that is suspended, with both sides on it: nobody blames the other one. */
import { assertEquals } from "@std/assert";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { Program } from "../support/processes/program.ts";
import { SUSPENDED } from "./suspended.ts";

const SERVER = new URL("suspended_server.ts", import.meta.url);
const CLIENT = new URL("suspended_client.ts", import.meta.url);

testWith(
  "all",
  "Both sides are suspended for longer than all timeouts: all goes on",
  async () => {
    using folder = new TempDir();
    const unix = [
      `unix:${folder.file("stream")}`,
      `unix+seqpacket:${folder.file("seqpacket")}`,
      `unix+shm:${folder.file("rings")}`,
    ];
    await using server = new Program(SERVER, ["tcp://127.0.0.1:0", ...unix]);
    const tcp = `tcp://127.0.0.1:${await server.line()}`;
    await using client = new Program(CLIENT, [tcp, ...unix]);
    assertEquals(await client.line(), "asked");
    for (const { process } of [client, server]) process.kill("SIGSTOP");
    // Nothing but time makes their timers late.
    await new Promise((resolve) => setTimeout(resolve, SUSPENDED));
    for (const { process } of [client, server]) process.kill("SIGCONT");
    await client.endInput();
    const outcome = "500 50 in order";
    assertEquals(
      await client.line(),
      [tcp, ...unix].map(() => outcome).join(", "),
    );
  },
);
