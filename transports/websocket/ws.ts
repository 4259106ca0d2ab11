import { NotSupported } from "../../internal/runtime/errors.ts";
import type { KeepsAlive, PausableWebSocket } from "./web_socket.ts";

/** A request or response of `node:http`. */
export interface HttpMessage {
  /** In lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The target of a request. */
  readonly url?: string | undefined;
  /** The status of a response. */
  readonly statusCode?: number | undefined;
  /** The socket. */
  readonly socket: HttpSocket;
}

/** A socket of `node:net`. */
export interface HttpSocket extends KeepsAlive {
  /** The address of the other side. */
  readonly remoteAddress?: string | undefined;
  /** The port of the other side. */
  readonly remotePort?: number | undefined;
}

/** A response, as `node:http` gives it. */
interface HttpResponse extends HttpMessage {
  setEncoding(encoding: string): void;
  on(event: string, listener: (text: string) => void): unknown;
}

/** A WebSocket of `npm:ws`. */
export interface WsWebSocket extends PausableWebSocket {
  on(event: "upgrade", listener: (response: HttpMessage) => void): void;
  on(
    event: "unexpected-response",
    listener: (request: unknown, response: HttpResponse) => void,
  ): void;
  on(event: "error", listener: (error: Error) => void): void;
}

/** What `npm:ws` takes for both sides. */
interface WsOptions {
  readonly perMessageDeflate: false;
  readonly maxPayload: number;
}

/** The part of `npm:ws` that is used. */
export interface Ws {
  readonly WebSocket: new (
    url: string,
    protocols: readonly string[],
    options: WsOptions & {
      readonly handshakeTimeout: number;
      readonly ca?: readonly string[];
      readonly cert?: string;
      readonly key?: string;
    },
  ) => WsWebSocket;
  readonly WebSocketServer: new (
    options: WsOptions & {
      readonly noServer: true;
      handleProtocols(): string | false;
    },
  ) => {
    handleUpgrade(
      request: HttpMessage,
      socket: HttpSocket,
      head: Uint8Array,
      done: (socket: WsWebSocket) => void,
    ): void;
  };
}

/**
 * Loads `npm:ws`. In Deno that takes
 * `--allow-env=WS_NO_BUFFER_UTIL,WS_NO_UTF_8_VALIDATE`.
 *
 * @throws {Error} NotSupported, in a browser.
 */
export async function loadWs(): Promise<Ws> {
  const ws: Partial<Ws> = await import("ws");
  if (ws.WebSocketServer === undefined) {
    throw new NotSupported(
      "npm:ws can't be used in a browser: bundle with the condition `browser`",
    );
  }
  return ws as Ws;
}
