/** Many connections at once, of which some are gone before they are accepted. */
import { assert, assertEquals } from "@std/assert";
import { connect, listen, type ListenOptions } from "../../mod.ts";
import { conformance, listens } from "../support/conformance.ts";
import { sized } from "../support/suite/long.ts";
import { testWith } from "../support/permissions.ts";
import { resetConnection } from "../support/reset_connection.ts";

/** A server takes 64 handshakes at once, and a listener tries 64 in a row. */
const CLIENTS = sized(80, 200);

conformance("many clients at once are all served", async (scene) => {
  const { listener, connect } = await scene.listen();
  const running = listener.run((peer) =>
    peer.serve({ 1: (_request, body) => body })
  );
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, () => connect()),
  );
  const answers = await Promise.all(
    clients.map((client, i) => client.call(1, `${i}`)),
  );
  for (const [i, answer] of answers.entries()) {
    assertEquals(answer.text(), `${i}`);
  }
  await Promise.all(clients.map((client) => client.close()));
  await listener[Symbol.asyncDispose]();
  await running;
}, listens);

conformance(
  "clients that leave at once hold up no others",
  async (scene) => {
    const { listener, connect } = await scene.listen({ onError: () => {} });
    // They wait to be accepted, every second of them gone already.
    const clients = [];
    for (let i = 0; i < CLIENTS; i++) {
      const client = await connect();
      if (i % 2 === 0) await client.close();
      else clients.push(client);
    }
    const calls = clients.map((client, i) => client.call(1, `${i}`));
    const running = listener.run((peer) =>
      peer.serve({ 1: (_request, body) => body })
    );
    for (const [i, call] of calls.entries()) {
      assertEquals((await call).text(), `${i}`);
    }
    await Promise.all(clients.map((client) => client.close()));
    await listener[Symbol.asyncDispose]();
    await running;
  },
  // Connecting by TLS waits for the handshake; a server makes 64 of them ahead of accept.
  (transport) => listens(transport) && transport.name !== "TLS",
);

for (
  const [what, options] of [
    ["", {}],
    [" and authorized", { authorize: () => Promise.resolve(true) }],
  ] as const
) {
  testWith(
    "all",
    `clients between connections that are reset are served${what}`,
    async () => {
      const errors: unknown[] = [];
      const settings: ListenOptions = {
        ...options,
        onError: (error) => void errors.push(error),
      };
      await using listener = listen("127.0.0.1:0", settings);
      const { addr } = listener;
      // Nobody accepts yet: all of them are in the backlog. A row of them is longer
      // than what is tried again at once.
      const clients = [];
      for (let i = 0; i < 20; i++) {
        for (let k = 0; k < (i === 10 ? 100 : 5); k++) {
          await resetConnection(addr.port);
        }
        clients.push(await connect(addr));
      }
      const calls = clients.map((client, i) => client.call(1, `${i}`));
      const running = listener.run((peer) =>
        peer.serve({ 1: (_request, body) => body })
      );
      for (const [i, call] of calls.entries()) {
        assertEquals((await call).text(), `${i}`);
      }
      await Promise.all(clients.map((client) => client.close()));
      listener.close();
      await running;
      // Some systems accept a connection that is gone.
      if (Deno.build.os !== "linux") return;
      const rows = errors.filter((error) =>
        !(error instanceof Deno.errors.NotConnected)
      );
      assertEquals(errors.length - rows.length, 195);
      assertEquals(rows.length, 1);
      assert(String(rows[0]).includes("64 connections in a row"));
    },
  );
}
