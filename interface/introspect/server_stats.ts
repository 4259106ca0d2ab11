import type { Body } from "../../protocol/body.ts";
import { reservedId } from "../../protocol/service_id.ts";
import type { Caller } from "../../peer/handles/caller.ts";
import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import type { DescribeOptions } from "./describe.ts";
import { askFor } from "./ask_for.ts";
import type { ServerStats } from "./interface_stats.ts";
import { readStats } from "./read_description.ts";

/**
 * Asks the other side what it has counted: the calls, errors and durations of the
 * services that it serves, over all of its connections. It answers if `serve` has
 * `stats: true` there. All that `describe` says of requests and of peers of the native
 * crate holds for it too.
 *
 * @example The calls of a service
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import { body, defineInterface, serve, serverStats } from "jsr:@fizyr/rpc/interface";
 *
 * const Lamp = defineInterface({
 *   name: "Lamp",
 *   services: { isOn: { id: 1, response: body<boolean>() } },
 * });
 *
 * const [a, b] = MemoryTransport.pair();
 * await using server = Peer.spawn(a);
 * await using peer = Peer.spawn(b);
 * const lamp = Lamp.implement({ isOn: () => true });
 * const serving = serve(server, lamp, { stats: true });
 * await Lamp.client(peer).isOn();
 * const { interfaces: [stats] } = await serverStats(peer);
 * assertEquals(stats?.services[0]?.calls, 1);
 * await peer.close();
 * await serving;
 * ```
 * @throws {RpcError} `remote-error` with the reason `unknown-service` if the other side
 * doesn't tell; `decode-failed` if what came are no figures; `deadline-exceeded` after
 * `timeout`; the error of the connection.
 * @throws The reason of the signal, when it fires.
 */
export async function serverStats<B extends Body, I>(
  peer: PeerHandle<B, I> | PeerWriteHandle<B, I> | Caller<B, I>,
  options: DescribeOptions = {},
): Promise<ServerStats> {
  return readStats(
    await askFor(
      peer,
      reservedId.STATS,
      options,
      "The other side doesn't tell what it counts: its serve() has no stats: true",
    ),
  );
}
