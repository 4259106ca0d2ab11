import type { InterfaceDefinition } from "../interface/declare/definition.ts";
import type { InterfaceStats } from "../interface/introspect/interface_stats.ts";
import type { ProgramInfo } from "../interface/introspect/server_description.ts";

/** A request that has no response yet. */
export interface ShownRequest {
  readonly direction: "sent" | "received";
  readonly requestId: number;
  readonly serviceId: number;
  readonly age: number;
  readonly state: string;
}

/** A connection of the server, as the page shows it. */
export interface ShownConnection {
  /** The other side. */
  readonly who: string;
  readonly transport: string;
  readonly since: number;
  readonly state: string;
  readonly messagesSent: number;
  readonly messagesReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly openSentRequests: number;
  readonly openReceivedRequests: number;
  readonly queuedBytes: number;
  readonly inboxMessages: number;
  readonly inboxBytes: number;
  readonly unreadUpdates: number;
  /** Why it reads nothing, and since when; null where it reads. */
  readonly paused: { readonly by: string; readonly since: number } | null;
  readonly openRequests: readonly ShownRequest[];
}

/** The connections of the server, as the page shows them. */
export interface ShownListener {
  readonly accepted: number;
  readonly open: number;
  readonly refused: number;
  readonly connections: readonly ShownConnection[];
}

/** What a server does at the moment. */
export interface Snapshot {
  /** When, in milliseconds since 1970, by the clock of the inspector's program. */
  readonly at: number;
  /** Its connections; null where it doesn't tell. */
  readonly listener: ShownListener | null;
  /** What it has counted; null where it doesn't tell. */
  readonly interfaces: readonly InterfaceStats[] | null;
  /** Why something isn't known. */
  readonly problems: readonly string[];
}

/** What a page is given of a server when it is opened. */
export interface PageData {
  /** The server. */
  readonly program: ProgramInfo;
  /** Where it is. */
  readonly address: string;
  /** What it offers. */
  readonly interfaces: readonly InterfaceDefinition[];
  /** Whether the page may call services. */
  readonly allowCalls: boolean;
  /** The highest number of calls that are shown. */
  readonly maxCalls: number;
  /** Why something isn't known. */
  readonly problems: readonly string[];
}

/** A call, as the page shows it. */
export interface ShownCall {
  readonly id: number;
  /** Who has called. */
  readonly from: string;
  readonly interface: string;
  readonly service: string;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
  /** How long it took, in milliseconds; null while it is open. */
  readonly duration: number | null;
  /** What it ended with, where that is an error. */
  readonly error: string | null;
  /** The newest updates, in their order. */
  readonly updates: readonly ShownUpdate[];
  /** How many updates there were. */
  readonly updateCount: number;
  /** The body of the request as JSON, where bodies are kept. */
  readonly request?: string;
  /** The body of the response as JSON, where bodies are kept. */
  readonly response?: string;
}

/** An update of a call, as the page shows it. */
export interface ShownUpdate {
  readonly name: string;
  /** When, in milliseconds after the call came. */
  readonly after: number;
  /** Its body as JSON, where bodies are kept. */
  readonly body?: string;
}

/** What a call of the page is told, a line of JSON for each. */
export type CallLine =
  | { readonly call: number }
  | { readonly update: string; readonly body: unknown }
  | { readonly response: unknown }
  | {
    readonly error: string;
    readonly reason: string | null;
    readonly data?: unknown;
  };
