import type { RequestOptions } from "../peer/requests/request_options.ts";
import type { FileDescriptor } from "../transports/descriptor/file_descriptor.ts";
import type { Body } from "../protocol/body.ts";
import type { CliIo } from "./cli_io.ts";
import type { ConnectionOptions } from "./connection_options.ts";
import type { SourceOptions } from "./interface_source.ts";

/** The options of `fizyr call`. */
export interface CallOptions extends ConnectionOptions, SourceOptions {
  /** The service id, where there is no interface. */
  readonly raw?: number;
  /** Where the body is. */
  readonly data?: string;
  /** The files whose descriptors go with the body. */
  readonly fd: readonly string[];
  /** The file for the response. */
  readonly out?: string;
  /** How long the request may take, in milliseconds. */
  readonly timeout?: number;
  /** How long it may show no progress, in milliseconds. */
  readonly progressTimeout: number;
  /** What goes with it. */
  readonly metadata?: Record<string, string>;
  /** The updates that are sent, each as `NAME` or `NAME=JSON`. */
  readonly send: readonly string[];
  /** Whether the other side is a peer of this library. */
  readonly extensions?: boolean;
}

/** What a call works with, whether its interface is known or not. */
export interface CallScope {
  /** What it was given. */
  readonly options: CallOptions;
  /** The body; null if there is none. */
  readonly body: Uint8Array<ArrayBuffer> | null;
  /** The descriptors that go with it. */
  readonly fds: readonly FileDescriptor[];
  /** The options of the request. */
  readonly request: RequestOptions<Body>;
  /** Where it writes to. */
  readonly io: CliIo;
  /** Takes an update: there is progress. */
  onUpdate(name: string | number, body: unknown): void;
}
