import { assertEquals } from "@std/assert";
import type { Listener, PeerHandle, StreamBody } from "../../mod.ts";

/** A peer whatever the transport is. */
type AnyPeer = PeerHandle<StreamBody, unknown>;

/** Fails unless a connection carries a call, and ends both of its sides. */
export async function assertConnects(
  listener: Listener<StreamBody, unknown>,
  connect: () => Promise<AnyPeer>,
  look: (client: AnyPeer, server: AnyPeer) => void | Promise<void> = () => {},
): Promise<void> {
  const [client, server] = await Promise.all([connect(), listener.accept()]);
  const serving = server.serve({ 1: (_request, body) => `${body.text()}!` });
  try {
    assertEquals((await client.call(1, "hello")).text(), "hello!");
    await look(client, server);
  } finally {
    await client.close();
    await serving;
    await server.close();
  }
}
