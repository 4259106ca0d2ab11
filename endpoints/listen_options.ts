import type { StreamConfig } from "../protocol/config.ts";
import type { ListenerOptions } from "../listener/listener_options.ts";
import type { UnixConfig } from "../transports/unix_seqpacket/unix_config.ts";
import type { InfoOf, NameOf, TransportName } from "./address.ts";

/** The options of `listen` and `bind`; those about descriptors are for Unix seqpacket sockets. */
export interface ListenOptions<I = unknown>
  extends StreamListenOptions<I>, UnixConfig {}

/** The options of `listen` and `bind` for an address. */
export type ListenOptionsOf<A> = [NameOf<A>] extends ["tcp" | "unix"]
  ? StreamListenOptions<InfoOf<A>>
  : ListenOptions<InfoOf<A>>;

/** The options of `listen` and `bind` for byte streams, which carry no descriptors. */
export interface StreamListenOptions<I = unknown>
  extends StreamConfig, ListenerOptions<I> {
  /**
   * The permissions of a Unix socket's file, such as `0o600`; there is no moment
   * in which they are wider. For a stream socket it takes `--allow-sys`.
   */
  mode?: number | undefined;
}

/**
 * Refuses what a transport doesn't know.
 *
 * @throws {TypeError} If there is a `mode`, and no file that could have it.
 */
export function checkListenOptions(
  type: TransportName,
  options: { mode?: number | undefined } | undefined,
): void {
  if (type === "tcp" && options?.mode !== undefined) {
    throw new TypeError("mode is the mode of a file: TCP has none");
  }
}
