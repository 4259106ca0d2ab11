/** Streams over NATS: published to many readers, and sent to a service. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { Broadcast } from "../../interface/mod.ts";
import { publisher, service, serviceClient } from "../../nats/mod.ts";
import { NatsServer, testWithNats } from "../support/servers/nats_server.ts";
import { Camera } from "./camera.ts";
import { connectNats } from "./support.ts";

testWithNats(
  "a broadcast reaches all readers of its subject, the newest first",
  async () => {
    await using nats = await NatsServer.start();
    await using there = await connectNats(nats);
    await using here = await connectNats(nats);
    await using out = publisher(there, Camera);
    using frames = new Broadcast(Camera.streams.frames, { keep: "latest" });
    frames.add(out);
    await using first = serviceClient(here, Camera);
    await using second = serviceClient(here, Camera);
    const readers = [first.frames({ keep: "latest" }), second.frames()];
    await here.flush();

    for (let i = 1; i <= 100; i++) {
      frames.send(i);
      // What waits for the publisher is newer each time.
      if (i % 10 === 0) await there.flush();
    }
    frames.send(0);
    for (const reader of readers) {
      let last = 0;
      for await (const frame of reader) {
        if (frame === 0) break;
        assert(frame > last, `${frame} came behind ${last}`);
        last = frame;
      }
      assert(last > 0);
    }
  },
);

testWithNats("one message to all, without a broadcast", async () => {
  await using nats = await NatsServer.start();
  await using there = await connectNats(nats);
  await using here = await connectNats(nats);
  await using out = publisher(there, Camera, { subject: "cell.left" });
  await using camera = serviceClient(here, Camera, { subject: "cell.left" });
  const reader = camera.frames();
  await here.flush();
  await Camera.streams.frames.send(out, 7);
  assertEquals((await reader.next()).value, 7);
});

testWithNats("a reader that stands still holds up nobody", async () => {
  // It is cut off by the server of NATS, which gives up writing to it.
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${dir}/nats.conf`,
      'write_deadline: "300ms"\nmax_pending: 1048576\n',
    );
    await using nats = await NatsServer.start({
      args: ["-c", `${dir}/nats.conf`],
    });
    await using there = await connectNats(nats);
    await using here = await connectNats(nats);
    // It subscribes, and then reads no more.
    using frozen = await Deno.connect({
      hostname: "127.0.0.1",
      port: nats.port,
    });
    const hello = new Uint8Array(4096);
    await frozen.read(hello);
    await frozen.write(new TextEncoder().encode(
      'CONNECT {"verbose":false}\r\nSUB Camera.large 1\r\nPING\r\n',
    ));
    await frozen.read(hello);

    await using out = publisher(there, Camera);
    using frames = new Broadcast(Camera.streams.frames, { keep: "latest" });
    frames.add(out);
    await using camera = serviceClient(here, Camera);
    const reader = camera.frames({ keep: "latest" });
    await here.flush();
    const filler = new Uint8Array(512 * 1024);
    for (let i = 1; i <= 32; i++) {
      // As large as frames are: what the frozen one gets fills its socket.
      there.publish("Camera.large", filler);
      frames.send(i);
      await there.flush();
    }
    frames.send(0);
    for await (const frame of reader) if (frame === 0) break;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

testWithNats(
  "without NATS a publisher sends nothing, and says so",
  async () => {
    await using nats = await NatsServer.start();
    const there = await connectNats(nats, { reconnect: false });
    await using out = publisher(there, Camera);
    await there.close();
    const error = await assertRejects(
      () => Camera.streams.frames.send(out, 1),
      RpcError,
    );
    assertEquals(error.outcome, "not-sent");
  },
);

testWithNats("a stream of the client goes to one instance", async () => {
  await using nats = await NatsServer.start();
  await using there = await connectNats(nats);
  await using here = await connectNats(nats);
  const hints: string[] = [];
  const handlers = {
    expose: () => `${hints.length}`,
    record: () => "done",
    follow: () => [],
    wait: () => "",
    hint: (text: string) => void hints.push(text),
  };
  await using _one = await service(there, Camera.implement(handlers));
  await using _two = await service(there, Camera.implement(handlers));
  await using camera = serviceClient(here, Camera);
  for (let i = 0; i < 10; i++) await camera.hint(`${i}`);
  await here.flush();
  await there.flush();
  while (await camera.expose(0) !== "10");
  assertEquals(hints.toSorted(), Array.from({ length: 10 }, (_, i) => `${i}`));
});

testWithNats("a handler can't ask whoever has asked", async () => {
  await using nats = await NatsServer.start();
  await using there = await connectNats(nats);
  await using here = await connectNats(nats);
  await using _service = await service(
    there,
    Camera.implement({
      async expose(_n, { peer, info }) {
        const error = await assertRejects(() => peer.call(1, ""), RpcError);
        return `${info.transport}: ${error.outcome}`;
      },
      record: () => "done",
      follow: () => [],
      wait: () => "",
      hint() {},
    }),
  );
  await using camera = serviceClient(here, Camera);
  assertEquals(await camera.expose(0), "nats-service: not-sent");
});
