/** A connection to a worker, and the ways in which the worker may end. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Worker as NodeWorker } from "node:worker_threads";
import { Peer, RpcError } from "../../mod.ts";
import {
  type MessagePortOptions,
  MessagePortTransport,
} from "../../transports/message_port/mod.ts";
import { testWith } from "../support/permissions.ts";

const MIB = 1024 * 1024;
const LIMITS = { maxBodyLenRead: 16 * MIB, maxBodyLenWrite: 16 * MIB };
const CHILD = new URL("./worker_child.ts", import.meta.url);
const NODE_CHILD = new URL("./node_worker_child.ts", import.meta.url);
/** So short that a test can wait for it, and the worker does nothing that takes as long. */
const HEARTBEAT = { interval: 200, timeout: 800 };

function startWorker(): Worker & Disposable {
  const worker = new Worker(CHILD, { type: "module" });
  return Object.assign(worker, {
    [Symbol.dispose]: () => worker.terminate(),
  });
}

function spawn(worker: Worker, options: MessagePortOptions = {}) {
  return Peer.spawn(
    new MessagePortTransport(worker, { ...LIMITS, ...options }),
  );
}

testWith("read", "a worker answers, and asks back", async () => {
  using worker = startWorker();
  await using peer = spawn(worker);
  const serving = peer.serve({ 7: (_request, body) => `${body.text()}?` });
  assertEquals(peer.info, { transport: "message-port" });
  assertEquals((await peer.call(1, "Hello")).text(), "Hello");
  assertEquals((await peer.call(5, "Who")).text(), "Who?");
  await peer.close();
  await serving;
  assertEquals(await peer.closed, null);
});

testWith(
  "read",
  "many calls at once are answered, each by its own",
  async () => {
    using worker = startWorker();
    await using peer = spawn(worker);
    const calls = Array.from({ length: 500 }, (_, i) => peer.call(1, `${i}`));
    const texts = (await Promise.all(calls)).map((answer) => answer.text());
    assertEquals(texts, calls.map((_, i) => `${i}`));
  },
);

testWith(
  "read",
  "a large body is transferred to a worker, and back",
  async () => {
    using worker = startWorker();
    await using peer = spawn(worker);
    const bytes = new Uint8Array(8 * MIB).map((_, i) => i * 7);
    const answer = await peer.call(1, { data: bytes, transfer: true });
    assertEquals([bytes.length, answer.body.data.length], [0, 8 * MIB]);
    assertEquals(answer.body.data[12_345], 12_345 * 7 & 0xff);
    const given = { data: answer.body.data, transfer: true };
    assertEquals((await peer.call(6, given)).text(), `${8 * MIB}`);
  },
);

testWith(
  "read",
  "a worker that closes the connection ends it cleanly",
  async () => {
    using worker = startWorker();
    await using peer = spawn(worker);
    await peer.call(4, "").catch(() => {});
    assertEquals(await peer.closed, null);
  },
);

testWith(
  "read",
  "an error of the worker ends the calls, and not the program",
  async () => {
    using worker = startWorker();
    await using peer = spawn(worker);
    const error = await assertRejects(() => peer.call(2, ""), RpcError);
    assertEquals([error.code, error.side], ["connection-aborted", "remote"]);
    assertStringIncludes(error.message, "The worker has failed");
    assertStringIncludes(error.message, "a bug in the worker");
  },
);

testWith(
  "read",
  "an error of the worker behind a port ends the connection too",
  async () => {
    const source = `import { Peer } from ${
      JSON.stringify(import.meta.resolve("../../mod.ts"))
    };
    import { MessagePortTransport } from ${
      JSON.stringify(
        import.meta.resolve("../../transports/message_port/mod.ts"),
      )
    };
    self.onmessage = ({ data }) => Peer.spawn(new MessagePortTransport(data)).serve({
      1: () => {
        setTimeout(() => { throw new Error("a bug"); });
        return new Promise(() => {});
      },
    });`;
    const url = `data:application/javascript,${encodeURIComponent(source)}`;
    const worker = new Worker(url, { type: "module" });
    const { port1, port2 } = new MessageChannel();
    await using peer = Peer.spawn(new MessagePortTransport(port1, { worker }));
    worker.postMessage(port2, [port2]);
    const error = await assertRejects(() => peer.call(1, ""), RpcError);
    assertStringIncludes(error.message, "The worker has failed");
    worker.terminate();
  },
);

for (const how of ["is terminated", "closes itself"] as const) {
  testWith(
    "read",
    `a worker that ${how} is noticed by the heartbeat`,
    async () => {
      using worker = startWorker();
      await using peer = spawn(worker, { heartbeat: HEARTBEAT });
      assertEquals((await peer.call(1, "here")).text(), "here");
      const call = peer.call(3, "");
      const failed = assertRejects(() => call, RpcError);
      if (how === "is terminated") worker.terminate();
      const error = await peer.closed;
      await failed;
      assertEquals(error?.code, "connection-aborted");
      assertStringIncludes(String(error), "no sign of life");
      assertEquals(error?.limit, 1000);
    },
  );
}

testWith(
  "all",
  "a worker of Node behind a port that exits is noticed",
  async () => {
    const worker = new NodeWorker(NODE_CHILD);
    await using peer = Peer.spawn(new MessagePortTransport(worker));
    // It stays open, and nobody answers on it.
    const { port1, port2 } = new MessageChannel();
    await using behind = Peer.spawn(
      new MessagePortTransport(port1, { worker }),
    );
    assertEquals((await peer.call(1, "Hello")).text(), "Hello");
    await assertRejects(() => peer.call(2, ""), RpcError);
    const error = await behind.closed;
    assertEquals(error?.code, "connection-aborted");
    assertStringIncludes(error!.message, "with exit code 7");
    port2.close();
  },
);

testWith("all", "a worker of Node that exits is noticed at once", async () => {
  const worker = new NodeWorker(NODE_CHILD);
  await using peer = Peer.spawn(new MessagePortTransport(worker));
  assertEquals((await peer.call(1, "Hello")).text(), "Hello");
  const error = await assertRejects(() => peer.call(2, ""), RpcError);
  assertEquals(error.code, "connection-aborted");
  assertStringIncludes(error.message, "with exit code 7");
});
