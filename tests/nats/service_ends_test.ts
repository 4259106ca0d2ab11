/** What becomes of requests over NATS when something is lost. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { service, serviceClient } from "../../nats/mod.ts";
import { NatsServer, testWithNats } from "../support/servers/nats_server.ts";
import { Camera } from "./camera.ts";
import { connectNats, nextStatus } from "./support.ts";

const encoder = new TextEncoder();

testWithNats(
  "NATS is lost: calls fail, handlers stop, and both go on",
  async () => {
    const nats = await NatsServer.start();
    const forever = { maxReconnectAttempts: -1 };
    await using there = await connectNats(nats, forever);
    await using here = await connectNats(nats, forever);
    const begun = Promise.withResolvers<AbortSignal>();
    await using _service = await service(
      there,
      Camera.implement({
        expose: (n) => `image ${n}`,
        record: () => "done",
        follow: () => [],
        wait: (_nothing, { signal }) => {
          begun.resolve(signal);
          return new Promise(() => {});
        },
        hint() {},
      }),
      { drainTimeout: 0 },
    );
    await using camera = serviceClient(here, Camera);
    const waiting = assertRejects(() => camera.wait(), RpcError);
    const signal = await begun.promise;
    const stopped = new Promise((resolve) =>
      signal.addEventListener("abort", resolve)
    );
    const back = Promise.all(
      [there, here].map((connection) => nextStatus(connection, "reconnect")),
    );
    await nats.kill();
    const lost = await waiting;
    assertEquals([lost.code, lost.outcome], ["connection-aborted", "unknown"]);
    await stopped;
    const down = await assertRejects(() => camera.expose(1), RpcError);
    assertEquals([down.code, down.outcome], ["connection-aborted", "not-sent"]);

    await using _again = await NatsServer.start({ port: nats.port });
    await back;
    await there.flush();
    assertEquals(await camera.expose(2), "image 2");
  },
);

/** A service that does by hand what the library does. */
async function answerByHand(
  nats: NatsServer,
  subject: string,
  answer: (
    publish: (suffix: string, text: string) => void,
  ) => void,
): Promise<AsyncDisposable> {
  const connection = await connectNats(nats);
  connection.subscribe(subject, {
    callback: (_error, { reply = "" }) =>
      answer((suffix, text) =>
        connection.publish(reply + suffix, encoder.encode(text))
      ),
  });
  await connection.flush();
  return connection;
}

testWithNats("an update that is lost fails its request", async () => {
  await using nats = await NatsServer.start();
  await using here = await connectNats(nats);
  await using _there = await answerByHand(nats, "Camera.record", (publish) => {
    publish(".0.1", "1");
    publish(".2.1", "3");
  });
  await using camera = serviceClient(here, Camera);
  const recording = await camera.record({ frames: 3 });
  const error = await assertRejects(() => recording.response(), RpcError);
  assertEquals([error.code, error.outcome], ["connection-aborted", "unknown"]);
  assert(error.message.endsWith("NATS has lost an update"), error.message);
});

testWithNats(
  "updates that come faster than they are taken fail their request",
  async () => {
    await using nats = await NatsServer.start();
    await using here = await connectNats(nats);
    await using _there = await answerByHand(
      nats,
      "Camera.record",
      (publish) => {
        for (let i = 0; i < 4000; i++) publish(`.${i}.1`, "1");
      },
    );
    await using camera = serviceClient(here, Camera, {
      maxUnreadBytes: 4096,
      maxRequestInboxMessages: 1,
    });
    const recording = await camera.record({ frames: 3 });
    const error = await assertRejects(() => recording.response(), RpcError);
    assertEquals([error.code, error.outcome], [
      "connection-aborted",
      "unknown",
    ]);
    assert(error.message.includes("maxUnreadBytes"), error.message);
    // Others go on.
    const other = await assertRejects(() => camera.expose(1), RpcError);
    assertEquals(other.reason, "unavailable");
  },
);

testWithNats("an answer that never comes is a deadline", async () => {
  await using nats = await NatsServer.start();
  await using here = await connectNats(nats);
  await using _there = await answerByHand(nats, "Camera.expose", () => {});
  await using camera = serviceClient(here, Camera, {
    callTimeout: 20,
    maxOpenSentRequests: 1,
  });
  // The next one needs the permit of the one before.
  for (let i = 0; i < 3; i++) {
    const error = await assertRejects(() => camera.expose(i), RpcError);
    assertEquals(error.code, "deadline-exceeded");
  }
});

testWithNats(
  "closing the connection ends the service and the client",
  async () => {
    await using nats = await NatsServer.start();
    const there = await connectNats(nats);
    await using camera = serviceClient(there, Camera);
    const instance = await service(
      there,
      Camera.implement({
        expose: () => "image",
        record: () => "done",
        follow: () => [],
        wait: () => "",
        hint() {},
      }),
    );
    assertEquals(await camera.expose(1), "image");
    await there.close();
    await instance.closed;
    const error = await assertRejects(() => camera.expose(1), RpcError);
    assertEquals(error.outcome, "not-sent");
  },
);
