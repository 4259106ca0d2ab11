/** What is needed of an open socket. Deno.Conn has it, and more. */
export interface Conn {
  /** Reads once, into a part of the buffer; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes; may be short. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends the writing side. */
  closeWrite(): Promise<void>;
  /** Closes the socket; pending calls end with an error named Interrupted. */
  close(): void;
  /** Lets the socket keep the program alive. */
  ref(): void;
  /** Lets the program end while the socket is open. */
  unref(): void;
  /** Closes the socket. */
  [Symbol.dispose](): void;
}

/** The address of one end of a TCP connection, as Deno.NetAddr. */
export interface NetAddr {
  /** `"tcp"`. */
  transport: "tcp" | "udp";
  /** The IP address. */
  hostname: string;
  /** The port. */
  port: number;
}

/** The address of one end of a Unix connection, as Deno.UnixAddr. */
export interface UnixAddr {
  /** `"unix"`. */
  transport: "unix" | "unixpacket";
  /** The path; of an end without a name, Deno gives null. */
  path: string;
}

/** An open TCP socket, such as Deno.TcpConn. */
export interface TcpConn extends Conn {
  /** This side's address. */
  readonly localAddr: NetAddr;
  /** The other side's address. */
  readonly remoteAddr: NetAddr;
  /** Whether small messages go out at once. */
  setNoDelay(noDelay?: boolean): void;
  /** Whether the system asks from time to time if the other side is there. */
  setKeepAlive(keepAlive?: boolean): void;
}

/** An open Unix stream socket, such as Deno.UnixConn. */
export interface UnixConn extends Conn {
  /** This side's address. */
  readonly localAddr: UnixAddr;
  /** The other side's address. */
  readonly remoteAddr: UnixAddr;
}

/** A socket that listens. */
export interface SocketListener<C extends Conn, A> {
  /** Where it listens. */
  readonly addr: A;
  /** Waits for a connection; one call at a time. */
  accept(): Promise<C>;
  /** Stops listening; a pending accept ends with an error. */
  close(): void;
  /** Lets the socket keep the program alive. */
  ref(): void;
  /** Lets the program end while the socket is open. */
  unref(): void;
}

/** A TCP socket that listens, such as Deno.TcpListener. */
export interface TcpListener extends SocketListener<TcpConn, NetAddr> {}

/** A Unix stream socket that listens, such as Deno.UnixListener. */
export interface UnixListener extends SocketListener<UnixConn, UnixAddr> {}
