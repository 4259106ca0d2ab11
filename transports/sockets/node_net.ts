import { nodeModule } from "../../internal/runtime/node.ts";

/** Where to connect or listen, for `node:net`. */
export type NodeTarget =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

/** What `node:net` calls back. */
// deno-lint-ignore no-explicit-any
type Listener = (...args: any[]) => void;

/** The part of the Socket of `node:net` that is used. */
export interface NodeSocket {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  on(event: string, listener: Listener): this;
  off(event: string, listener: Listener): this;
  pause(): this;
  resume(): this;
  write(bytes: Uint8Array, callback: (error?: Error | null) => void): boolean;
  end(): this;
  destroy(): this;
  ref(): this;
  unref(): this;
  setNoDelay(noDelay?: boolean): this;
  setKeepAlive(keepAlive?: boolean): this;
}

/** The part of the Server of `node:net` that is used. */
export interface NodeServer {
  on(event: string, listener: Listener): this;
  listen(target: NodeTarget): this;
  address():
    | { readonly address: string; readonly port: number }
    | string
    | null;
  close(): this;
  ref(): this;
  unref(): this;
}

/** The part of `node:net` that is used. */
interface NodeNet {
  connect(options: NodeTarget & Readonly<Record<string, unknown>>): NodeSocket;
  createServer(options: Readonly<Record<string, unknown>>): NodeServer;
}

/**
 * `node:net`, in Node and Bun.
 *
 * @throws {Error} NotSupported, where there is none.
 */
export function nodeNet(): NodeNet {
  return nodeModule("node:net", "A socket");
}

/** The options of all sockets of `node:net`. */
export const SOCKET_OPTIONS = {
  // Without it, a reply after the other side's end would be lost silently.
  allowHalfOpen: true,
  noDelay: true,
} as const;
