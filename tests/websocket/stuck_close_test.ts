/** A WebSocket whose other end takes nothing: it is gone when closing has taken its time. */
import { assertEquals } from "@std/assert";
import type { PeerHandle } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { clientFrame, SERVERS, shakeHands } from "./support.ts";

const BINARY = 2;
const MIB = 1024 * 1024;
/** The hello of a client: a window of 16 MiB, and no signs of life. */
const HELLO = Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0);
const PROTOCOLS = { "fizyr-rpc": "fizyr-rpc", "none": null };

/** What `Deno.serve` makes can't be ended at once. */
const CLOSABLE = SERVERS.filter(([name]) => name !== "Deno.serve");

for (const [name, serve] of CLOSABLE) {
  for (const [kind, protocol] of Object.entries(PROTOCOLS)) {
    testWith(
      "webSocket",
      `${name}: a WebSocket that takes nothing is gone after closeTimeout (subprotocol ${kind})`,
      async () => {
        const errors: unknown[] = [];
        const ended = Promise.withResolvers<unknown>();
        await using server = await serve(
          async (peer: PeerHandle) => {
            // More than the system takes.
            const body = new Uint8Array(MIB);
            for (let i = 0; i < 40; i++) {
              peer.sendStream(1, body).catch(() => {});
            }
            await peer.close();
            ended.resolve(await peer.closed);
          },
          {
            closeTimeout: 300,
            writeQueueBytes: 64 * MIB,
            onError: (error) => errors.push(error),
          },
        );
        await using client = await shakeHands(
          server.port,
          protocol === null ? {} : { "Sec-WebSocket-Protocol": protocol },
        );
        await client.conn.write(clientFrame(BINARY, HELLO));
        assertEquals(await ended.promise, null);
        assertEquals(errors, []);
      },
    );
  }
}
