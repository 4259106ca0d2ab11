/**
 * The process at the other end of a Unix socket, as the kernel recorded it: a
 * client when it connected, a server when it began to listen.
 */
export interface Credentials {
  /** Its user. */
  readonly uid: number;
  /** Its group. */
  readonly gid: number;
  /** Its process id; 0 if its PID namespace isn't visible here. */
  readonly pid: number;
}
