import type { StreamConfig } from "../../protocol/config.ts";
import type { Credentials } from "../unix/credentials.ts";

/** What is known of a Unix stream connection. */
export interface UnixStreamInfo {
  /**
   * The process at the other end; null if that isn't certain. Deno doesn't show a
   * socket's descriptor, so finding out takes Linux, `--allow-ffi`, and about 0.4
   * us for each open descriptor.
   *
   * An accepted connection has them from the beginning. A connection made by
   * `connect` finds them when they are first asked for: ask while it is open. If
   * the program is connected to several servers by the same path, they are null.
   */
  readonly credentials: Credentials | null;
}

/** The options of `UnixStreamTransport.connect`. */
export interface UnixStreamConnectOptions extends StreamConfig {
  /** Ends connecting; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
  /**
   * Whether the sockets are those of the system's C library, and not Deno's: that
   * halves the time of a round trip. Linux only; takes `--allow-ffi` in place of
   * `--allow-net`. The transports have no `conn` then. Default: false.
   */
  reactor?: boolean | undefined;
}

/** The options of `UnixStreamTransport.listen`. */
export interface UnixStreamListenOptions extends StreamConfig {
  /**
   * The permissions of the socket file, such as `0o600`. They are never wider, not
   * even for a moment. Default: 0o777 without the bits of the process's umask.
   *
   * Where the permissions of the program are for the path alone, and not for its
   * directory and the net, this takes `--allow-sys` in Deno: the umask, which all
   * threads share, is changed for a moment. If two workers listen so at the same time,
   * it may stay changed.
   */
  mode?: number | undefined;
  /**
   * Whether the sockets are those of the system's C library, and not Deno's: that
   * halves the time of a round trip. Linux only; takes `--allow-ffi` in place of
   * `--allow-net`. The transports have no `conn` then. Default: false.
   */
  reactor?: boolean | undefined;
}
