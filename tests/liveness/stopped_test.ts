/** A process that is stopped is noticed by its clients. */
import { assertEquals } from "@std/assert";
import { connect } from "../../mod.ts";
import { rejectsWith } from "../support/expect.ts";
import { testWith } from "../support/permissions.ts";
import { Program } from "../support/processes/program.ts";

const HEARTBEAT = { interval: 500, timeout: 500 };

testWith(
  "run",
  "A call to a server that is stopped ends, and so does its connection",
  async () => {
    await using server = new Program(
      new URL("server_child.ts", import.meta.url),
      ["tcp://127.0.0.1:0"],
    );
    const port = Number(await server.line());
    await using peer = await connect({ hostname: "127.0.0.1", port }, {
      heartbeat: HEARTBEAT,
    });
    assertEquals((await peer.call(1, "")).text(), "here");
    const calling = rejectsWith("connection-aborted", () => peer.call(2, ""));
    server.process.kill("SIGSTOP");
    assertEquals((await calling).outcome, "unknown");
    assertEquals((await peer.closed)?.code, "connection-aborted");
  },
);
