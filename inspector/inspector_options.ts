import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { InterfaceDefinition } from "../interface/declare/definition.ts";

/** Where a body stands. */
export interface BodyPlace {
  /** The name of the interface. */
  readonly interface: string;
  /** The name of the service. */
  readonly service: string;
  /** What it is the body of. */
  readonly part: "request" | "update" | "response";
}

/** Which bodies are kept, and how much of them. */
export interface KeptBodies {
  /** How many characters of the JSON of each body are kept. Default: 2000. */
  length?: number | undefined;
}

/** The options of `inspector` and `inspect`. */
export interface InspectorOptions {
  /** The port; 0 for any that is free. Default: 8088. */
  port?: number | undefined;
  /**
   * Where it listens. Anything but loopback shows the server to a network, without
   * encryption. Default: "127.0.0.1".
   */
  hostname?: string | undefined;
  /** The names of this machine that a page may use, besides IP addresses and `localhost`. */
  allowedHosts?: readonly string[] | undefined;
  /** What the address has to have in it. Default: 128 random bits. */
  token?: string | undefined;
  /** Whether a page may call services. Default: false, it only shows them. */
  allowCalls?: boolean | undefined;
  /** The interfaces of the server, where it doesn't describe itself. */
  interfaces?: readonly InterfaceDefinition[] | undefined;
  /** How many calls are kept to be shown. Default: 200. */
  maxCalls?: number | undefined;
  /** Whether the bodies of calls are kept to be shown. Default: false. */
  bodies?: boolean | KeptBodies | undefined;
  /**
   * What is shown in place of a body, such as one without its secrets: of calls that are
   * kept, and of what a page calls. Default: the body.
   */
  mask?: ((body: unknown, place: BodyPlace) => unknown) | undefined;
  /** Takes what goes wrong and isn't the page's fault. Default: the console. */
  onError?: ((error: unknown) => unknown) | undefined;
}

/** Makes a connection to the inspected server; whatever bodies it carries. */
// deno-lint-ignore no-explicit-any
export type ConnectToServer = () => Promise<PeerHandle<any, any>>;
