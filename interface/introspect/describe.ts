import type { Body } from "../../protocol/body.ts";
import { reservedId } from "../../protocol/service_id.ts";
import type { Caller } from "../../peer/handles/caller.ts";
import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import { askFor } from "./ask_for.ts";
import type { DocumentOptions } from "./read_document.ts";
import { readDescription } from "./read_description.ts";
import type { ServerDescription } from "./server_description.ts";

/** The options of `describe`. */
export interface DescribeOptions extends DocumentOptions {
  /** The name of the only interface that is wanted. Default: all. */
  interface?: string | undefined;
  /** Whether hidden items are wanted too, which the other side may refuse. Default: false. */
  hidden?: boolean | undefined;
}

/**
 * Asks the other side what it offers: its program, and the definitions of the
 * interfaces that it serves. It answers if `serve` has `describe: true` there.
 *
 * - It is an ordinary request: it counts as an open one, and waits for room.
 * - For peers of this library. For one of the native crate it is a request for an
 *   unknown service, which may end its loop, or is never answered: give a `timeout`.
 * - At most 16 MiB are read.
 *
 * @example What a server offers
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import { body, defineInterface, describe, serve } from "jsr:@fizyr/rpc/interface";
 *
 * const Lamp = defineInterface({
 *   name: "Lamp",
 *   services: { isOn: { id: 1, response: body<boolean>("bool") } },
 * });
 *
 * const [a, b] = MemoryTransport.pair();
 * await using server = Peer.spawn(a);
 * await using peer = Peer.spawn(b);
 * const program = { name: "lamp", version: "1.2.0" };
 * const serving = serve(server, Lamp.implement({ isOn: () => true }), {
 *   describe: { program },
 * });
 * const { name, interfaces } = await describe(peer);
 * assertEquals(name, "lamp");
 * assertEquals(interfaces, [Lamp.definition]);
 * await peer.close();
 * await serving;
 * ```
 * @throws {RpcError} `remote-error` with the reason `unknown-service` if the other side
 * doesn't describe itself; `decode-failed` if what came is no description;
 * `deadline-exceeded` after `timeout`; the error of the connection.
 * @throws The reason of the signal, when it fires.
 */
export async function describe<B extends Body, I>(
  peer: PeerHandle<B, I> | PeerWriteHandle<B, I> | Caller<B, I>,
  options: DescribeOptions = {},
): Promise<ServerDescription> {
  return readDescription(
    await askFor(
      peer,
      reservedId.DESCRIBE,
      options,
      "The other side doesn't describe itself: its serve() has no describe: true",
    ),
  );
}
