/**
 * What is needed of a WebSocket: that of browsers, of Deno and of Bun have it, and that
 * of `npm:ws`.
 */
export interface WebSocketLike {
  /** 1 while it is open. */
  readonly readyState: number;
  /** The subprotocol that the server chose; `""` if there is none. */
  readonly protocol: string;
  /** How many bytes wait to be sent. */
  readonly bufferedAmount: number;
  /** How messages are given. */
  binaryType: string;
  /** Sends a binary message. */
  send(data: Uint8Array<ArrayBuffer>): void;
  /** Begins to close it. */
  close(code?: number, reason?: string): void;
  /** Adds a listener. */
  // deno-lint-ignore no-explicit-any
  addEventListener(type: any, listener: (event: any) => void): void;
  /** Removes a listener. */
  // deno-lint-ignore no-explicit-any
  removeEventListener(type: any, listener: (event: any) => void): void;
}

/** What that of `npm:ws` has besides. */
export interface PausableWebSocket extends WebSocketLike {
  /** Stops reading. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /** Ends the connection at once. */
  terminate(): void;
}

/** Lets a connection keep the program alive, or not. */
export interface KeepsAlive {
  /** Lets it. */
  ref(): void;
  /** Doesn't let it. */
  unref(): void;
}

/** How a WebSocket ends. */
export interface CloseFacts {
  /** The code of the closing frame. */
  readonly code: number;
  /** Its text. */
  readonly reason: string;
}

/** The `readyState` of a WebSocket that is open, and of one that is closed. */
export const OPEN = 1;
export const CLOSED = 3;

/** The longest message that is sent; where both ends are ours, also the longest that is taken. */
export const MAX_MESSAGE_LEN: number = 1024 * 1024;

/** Whether it can stop reading, and end at once. */
export function isPausable(socket: WebSocketLike): socket is PausableWebSocket {
  return "pause" in socket && "terminate" in socket;
}
