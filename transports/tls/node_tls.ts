import { nodeModule } from "../../internal/runtime/node.ts";

/** What `node:tls` and `node:stream` call back. */
type Listener = (...args: never[]) => void;

/** A certificate as `node:tls` gives it. */
export interface NodeCertificate {
  readonly subject?: Readonly<Record<string, string | string[]>>;
  readonly issuer?: Readonly<Record<string, string | string[]>>;
  readonly subjectaltname?: string;
  readonly fingerprint256?: string;
  readonly valid_from?: string;
  readonly valid_to?: string;
}

/** The part of the TLSSocket of `node:tls` that is used. */
export interface NodeTlsSocket {
  readonly authorized: boolean;
  readonly authorizationError: unknown;
  readonly alpnProtocol: string | false | null;
  readonly readableLength: number;
  on(event: string, listener: Listener): this;
  read(): Uint8Array<ArrayBuffer> | null;
  write(bytes: Uint8Array, callback: (error?: Error | null) => void): boolean;
  end(): this;
  destroy(): this;
  getPeerCertificate(): NodeCertificate | null;
  getProtocol(): string | null;
}

/** The part of the Duplex of `node:stream` that is used. */
export interface NodeDuplex {
  readonly destroyed: boolean;
  push(bytes: Uint8Array | null): boolean;
  on(event: string, listener: Listener): this;
  destroy(error?: Error): this;
}

/** What a Duplex is made of. */
export interface DuplexOptions {
  readonly allowHalfOpen: boolean;
  read(): void;
  write(
    bytes: Uint8Array,
    encoding: string,
    callback: (error?: Error | null) => void,
  ): void;
  writev?(
    chunks: readonly { readonly chunk: Uint8Array }[],
    callback: (error?: Error | null) => void,
  ): void;
  final(callback: (error?: Error | null) => void): void;
  destroy(
    error: Error | null,
    callback: (error?: Error | null) => void,
  ): void;
}

/** The part of the Server of `node:tls` that is used. */
export interface NodeTlsServer {
  on(event: string, listener: Listener): this;
  emit(event: "connection", socket: NodeDuplex): boolean;
}

/** The part of `node:tls` that is used. */
interface NodeTls {
  connect(options: Readonly<Record<string, unknown>>): NodeTlsSocket;
  createServer(options: Readonly<Record<string, unknown>>): NodeTlsServer;
}

const WHAT = "TLS";

/** `node:tls`, in Node and Deno. */
export function nodeTls(): NodeTls {
  return nodeModule("node:tls", WHAT);
}

/** Whether a text is an IP address. */
export function isIp(host: string): boolean {
  const net = nodeModule<{ isIP(host: string): number }>("node:net", WHAT);
  return net.isIP(host) !== 0;
}

/** Makes a Duplex of `node:stream`. */
export function makeDuplex(options: DuplexOptions): NodeDuplex {
  const { Duplex } = nodeModule<
    { Duplex: new (options: DuplexOptions) => NodeDuplex }
  >("node:stream", WHAT);
  return new Duplex(options);
}
