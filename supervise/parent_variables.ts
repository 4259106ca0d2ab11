/** The descriptor that a program which is looked after has to its parent. */
export const PARENT_FD = 3;

/** The environment variable that says that there is one. */
export const PARENT_VARIABLE = "FIZYR_RPC_PARENT_FD";

/** The environment variable that says what kind of socket it is. */
export const SOCKET_VARIABLE = "FIZYR_RPC_PARENT_SOCKET";

/**
 * What kind of socket pair there is between a program and the one that looks after it:
 *
 * - `stream`: of bytes, on all systems.
 * - `seqpacket`: its messages carry descriptors. Deno on Linux, with `--allow-ffi`.
 */
export type SocketKind = "stream" | "seqpacket";

/** All of them. */
export const SOCKET_KINDS: readonly SocketKind[] = ["stream", "seqpacket"];
