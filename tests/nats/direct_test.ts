/** Clients that take a direct connection where there is one. */
import { assertEquals } from "@std/assert";
import { bind } from "../../mod.ts";
import { serve } from "../../interface/mod.ts";
import { service, serviceClient } from "../../nats/mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { NatsServer, testWithNats } from "../support/servers/nats_server.ts";
import { Camera } from "./camera.ts";
import { connectNats } from "./support.ts";

const camera = Camera.implement({
  // What is known of the connection tells which one it is.
  expose: (_n, { info }) => JSON.stringify(Object.keys(info as object)),
  record: () => "done",
  follow: () => [],
  wait: () => "",
  hint() {},
});

const OVER_NATS = '["transport","subject"]';

for (const scheme of ["unix", "unix+shm"]) {
  testWithNats(`a client on the same host takes ${scheme}`, async () => {
    await using nats = await NatsServer.start();
    await using dir = new TempDir();
    await using connection = await connectNats(nats);
    const direct = `${scheme}:${dir.file("s")}`;
    await using listener = await bind(direct);
    listener.run((peer) => serve(peer, camera));
    await using _service = await service(connection, camera, { direct });
    await using near = await serviceClient(connection, Camera, {
      prefer: "direct",
    });
    assertEquals(await near.expose(1), '["credentials"]');
    await using over = serviceClient(connection, Camera);
    assertEquals(await over.expose(1), OVER_NATS);
  });
}

testWithNats(
  "without a direct address that can be reached it stays with NATS",
  async () => {
    await using nats = await NatsServer.start();
    await using dir = new TempDir();
    await using connection = await connectNats(nats);
    await using _gone = await service(connection, camera, {
      direct: `unix:${dir.file("gone")}`,
    });
    await using _other = await service(connection, camera, {
      metadata: {
        "fizyr-rpc-direct": "tcp://127.0.0.1:1",
        "fizyr-rpc-host": "another",
      },
    });
    await using client = await serviceClient(connection, Camera, {
      prefer: "direct",
    });
    assertEquals(await client.expose(1), OVER_NATS);
  },
);

testWithNats(
  "nobody serves it: a client that prefers a direct one is there all the same",
  async () => {
    await using nats = await NatsServer.start();
    await using connection = await connectNats(nats);
    await using client = await serviceClient(connection, Camera, {
      prefer: "direct",
    });
    await using _service = await service(connection, camera);
    assertEquals(await client.expose(1), OVER_NATS);
  },
);
