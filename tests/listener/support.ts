import { assertEquals } from "@std/assert";
import { leaveStale } from "../support/refused.ts";
import type { Listener, PeerHandle, StreamBody } from "../../mod.ts";

/** A peer whatever the transport is. */
type AnyPeer = PeerHandle<StreamBody, unknown>;

/** A directory for sockets, removed at the end. */
export class TempDir implements AsyncDisposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "rpc_" });

  /** The path of a file in it. */
  file(name: string): string {
    return `${this.path}/${name}`;
  }

  /** A socket file that nobody listens on any more. */
  async stale(name = "stale"): Promise<string> {
    const path = this.file(name);
    await leaveStale(path);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

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
