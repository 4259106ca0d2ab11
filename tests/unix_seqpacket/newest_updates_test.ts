/** Descriptors of updates that `keep` drops are closed. */
import { assertEquals } from "@std/assert";
import { pipe } from "../descriptor/support.ts";
import { nextRequest, nextStream, sceneTest } from "./support/scene.ts";

for (const side of ["sent", "received"] as const) {
  sceneTest(
    `Descriptors of updates of a ${side} request that are dropped are closed at once, and those of the newest arrive`,
    async (scene) => {
      const [client, server] = scene.pair();
      const sent = await client.sendRequest(1, "");
      const { request: received } = await nextRequest(server);
      const [from, to] = side === "sent" ? [received, sent] : [sent, received];
      const pipes = [1, 2, 3, 4].map(() => scene.use(pipe()));
      const send = async (index: number): Promise<void> => {
        const { writer } = pipes[index]!;
        await from.sendUpdate(index, { data: `${index}`, fds: [writer] });
        writer.close();
      };
      /** Resolves once the other side has closed its end. */
      const closed = async (index: number): Promise<void> => {
        const { reader } = pipes[index]!;
        assertEquals(await reader.read(new Uint8Array(1)), null);
      };
      // Two wait already when it is called.
      for (const index of [0, 1]) await send(index);
      const [peer, other] = side === "sent"
        ? [client, server]
        : [server, client];
      await other.sendStream(1, "");
      await nextStream(peer);
      const updates = to.updates({ keep: "latest" });
      await closed(0);
      await send(2);
      await closed(1);
      await send(3);
      await closed(2);
      const { value } = await updates.next();
      assertEquals(value!.text(), "3");
      const [fd] = value!.body.fds;
      fd!.writeSync(new TextEncoder().encode("x"));
      assertEquals(await pipes[3]!.reader.read(new Uint8Array(1)), 1);
      value!.body[Symbol.dispose]();
      await closed(3);
      assertEquals(peer.stats().outdatedMessages, 3);
      await received.sendResponse(1, "");
      await sent.recvResponse();
    },
  );
}

sceneTest(
  "Descriptors of updates that are kept and never taken are closed with the connection",
  async (scene) => {
    const [client, server] = scene.pair();
    const sent = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    sent.updates({ keep: 2 });
    const pipes = [1, 2].map(() => scene.use(pipe()));
    for (const { writer } of pipes) {
      await request.sendUpdate(1, { data: "", fds: [writer] });
      writer.close();
    }
    await request.sendResponse(1, "");
    await server.sendStream(1, "");
    await nextStream(client);
    await client.close();
    for (const { reader } of pipes) {
      assertEquals(await reader.read(new Uint8Array(1)), null);
    }
  },
);
