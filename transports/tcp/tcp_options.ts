import type { StreamConfig } from "../../protocol/config.ts";
import type { NetAddr } from "../sockets/conn.ts";

/** What is known of a TCP connection. */
export interface TcpInfo {
  /** This side's address. */
  readonly localAddr: NetAddr;
  /** The other side's address. */
  readonly remoteAddr: NetAddr;
}

/** The options of `TcpTransport.listen`. */
export interface TcpListenOptions extends StreamConfig {
  /**
   * Whether the sockets are those of the system's C library, and not Deno's: that
   * halves the time of a round trip. Linux only; takes `--allow-ffi` besides
   * `--allow-net`. The transports have no `conn` then. Default: false.
   */
  reactor?: boolean | undefined;
}

/** The options of `TcpTransport.connect`. */
export interface TcpConnectOptions extends TcpListenOptions {
  /** Ends connecting; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
}
