/** Many connections at once, and files that are read meanwhile. */
import { assertEquals } from "@std/assert";
import { connect, listen } from "../../mod.ts";
import {
  nextStream,
  type Scene,
  sceneTest,
  type UnixPeer,
} from "./support/scene.ts";

/** More than Deno's blocking pool has threads (32), many times over. */
const COUNT = 200;

/** Connections of a listener, in the order in which they were made. */
async function connections(
  scene: Scene,
): Promise<{ clients: UnixPeer[]; servers: UnixPeer[] }> {
  const listener = scene.use(listen(`unix+seqpacket:${scene.dir}/s`));
  const clients: UnixPeer[] = [];
  const servers: UnixPeer[] = [];
  for (let i = 0; i < COUNT; i++) {
    const accepting = listener.accept();
    clients.push(scene.use(await connect(listener.addr)));
    servers.push(scene.use(await accepting));
  }
  return { clients, servers };
}

/** Reads a file in bounded loops, all at once; how often it had the right length. */
async function readFiles(
  scene: Scene,
  loops: number,
  rounds: number,
): Promise<number> {
  const path = `${scene.dir}/file`;
  Deno.writeFileSync(path, new Uint8Array(10_000));
  let right = 0;
  await Promise.all(Array.from({ length: loops }, async () => {
    for (let i = 0; i < rounds; i++) {
      if ((await Deno.readFile(path)).length === 10_000) right++;
    }
  }));
  return right;
}

sceneTest(
  "200 connections that wait don't keep files from being read",
  async (scene) => {
    const { clients, servers } = await connections(scene);
    const waiting = servers.map((server) => server.recvMessage());
    const listener = scene.use(listen(`unix+seqpacket:${scene.dir}/other`));
    const accepting = listener.accept().catch((error) => error);
    // Each would take a thread, and then there would be none left.
    assertEquals(await readFiles(scene, 64, 5), 64 * 5);
    await Promise.all(
      clients.map((client, i) => client.sendStream(i, "wake up")),
    );
    for (const [i, message] of (await Promise.all(waiting)).entries()) {
      assertEquals(
        message?.kind === "stream" && message.message.header.serviceId,
        i,
      );
    }
    await listener.close();
    await accepting;
  },
);

sceneTest("200 connections talk while files are read", async (scene) => {
  const { clients, servers } = await connections(scene);
  const serving = servers.map((server, i) =>
    server.serve({ 1: (_request, body) => `${body.text()} from ${i}` })
  );
  const talks = clients.map(async (client, i) => {
    for (let n = 0; n < 10; n++) {
      assertEquals((await client.call(1, `${n}`)).text(), `${n} from ${i}`);
    }
  });
  const [right] = await Promise.all([readFiles(scene, 16, 20), ...talks]);
  assertEquals(right, 16 * 20);
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all(serving);
});

sceneTest("A listener takes 200 connects at once", async (scene) => {
  await using listener = listen(`unix+seqpacket:${scene.dir}/s`);
  const clients = await Promise.all(
    Array.from({ length: COUNT }, () => connect(listener.addr)),
  );
  const sends = clients.map((client, i) => client.sendStream(i, `${i}`));
  await Promise.all(sends);
  const seen: number[] = [];
  const servers: UnixPeer[] = [];
  for (let i = 0; i < COUNT; i++) {
    const server = await listener.accept();
    servers.push(server);
    const { header, body } = await nextStream(server);
    assertEquals(body.text(), `${header.serviceId}`);
    seen.push(header.serviceId);
  }
  // In the order in which they came.
  assertEquals(seen, Array.from({ length: COUNT }, (_, i) => i));
  await Promise.all([...clients, ...servers].map((peer) => peer.close()));
});

sceneTest(
  "A running listener serves 200 that connect at once",
  async (scene) => {
    await using listener = listen(`unix+seqpacket:${scene.dir}/s`);
    let served = 0;
    const running = listener.run((peer) => {
      served++;
      return peer.serve({ 1: (_request, body) => body.data });
    });
    const answers = await Promise.all(
      Array.from({ length: COUNT }, async (_, i) => {
        await using client = await connect(listener.addr);
        return (await client.call(1, `${i}`)).text();
      }),
    );
    assertEquals(answers, Array.from({ length: COUNT }, (_, i) => `${i}`));
    assertEquals(served, COUNT);
    await listener.close();
    await running;
  },
);
