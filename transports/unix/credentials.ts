/**
 * The process at the other end of a Unix socket, as the kernel saw it: a client
 * when it connected, a server when it began to listen.
 */
export interface Credentials {
  /** Its user. */
  readonly uid: number;
  /** Its group. */
  readonly gid: number;
  /** Its process id; 0 if it is in a PID namespace that isn't visible here. */
  readonly pid: number;
}
