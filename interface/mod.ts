/**
 * Typed interfaces: declared once, typed on both ends, and checked where messages
 * arrive. On the wire they are what the native `interface!` macro makes.
 *
 * @example Declared, served and called
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 *
 * const Greeter = defineInterface({
 *   name: "Greeter",
 *   services: { greet: { id: 1, request: body<string>(), response: body<string>() } },
 * });
 *
 * const [a, b] = MemoryTransport.pair();
 * await using server = Peer.spawn(a);
 * await using peer = Peer.spawn(b);
 * const serving = Greeter.serve(server, { greet: (name) => `Hello ${name}!` });
 * assertEquals(await Greeter.client(peer).greet("World"), "Hello World!");
 * await peer.close();
 * await serving;
 * ```
 *
 * @module
 */
export { body, BodyKind, bytes, peerBody } from "./declare/body_kind.ts";
export type * from "./declare/checked_types.ts";
export type * from "./declare/wrong.ts";
export type * from "./declare/i32_literal.ts";
export type { ClientOptions } from "./client/client_options.ts";
export type {
  ClientStream,
  InterfaceClient,
  ServiceMethod,
  StreamMethod,
} from "./client/interface_client.ts";
export type {
  BodySchema,
  ErrorDeclaration,
  ErrorDeclarations,
  ItemDeclaration,
  MessageDeclaration,
  MessageDeclarations,
  RequestUpdateDeclaration,
  RequestUpdateDeclarations,
  ServiceDeclaration,
  ServiceDeclarations,
  StreamDeclaration,
  StreamDeclarations,
} from "./declare/declaration.ts";
export {
  defineInterface,
  type InterfaceDeclaration,
  type None,
} from "./define_interface.ts";
export {
  DeclaredError,
  type DeclaredErrorArgs,
  type DeclaredErrorClass,
} from "./errors/declared_error.ts";
export type * from "./errors/error_types.ts";
export type * from "./declare/checked_cancels.ts";
export type * from "./declare/checked_errors.ts";
export type { CallOptions } from "./client/call_options.ts";
export type {
  BodyDefinition,
  ErrorDefinition,
  InterfaceDefinition,
  ItemDefinition,
  MessageDefinition,
  RequestUpdateDefinition,
  ServiceDefinition,
  StreamDefinition,
} from "./declare/definition.ts";
export type { Format } from "./formats/format.ts";
export { json } from "./formats/json.ts";
export { raw } from "./formats/raw.ts";
export type {
  HandlerContext,
  HandlerOutcome,
  HandlerRequest,
  HandlerResult,
  Handlers,
  OrPromised,
  OutcomeOf,
  ResponseIn,
  ResponseOrYielding,
  ServiceHandler,
  StreamContext,
  StreamMessageHandler,
  YieldingResult,
} from "./server/handlers.ts";
export {
  type ClientInterceptorOf,
  type ClientOf,
  type HandlersOf,
  Interface,
  type InterfaceServeOptions,
  type MessageOf,
  type ServerInterceptorOf,
} from "./interface.ts";
export { InvalidMessageError } from "./codecs/invalid_message_error.ts";
export { type TypedMessage, TypedMessages } from "./server/typed_messages.ts";
export {
  Implementation,
  type ImplementOptions,
} from "./server/implementation.ts";
export type { InterfaceOptions } from "./messages/options.ts";
export type * from "./intercept/interceptor.ts";
export type * from "./intercept/typed_calls.ts";
export { serve, type ServeOptions } from "./server/serve.ts";
export { describe, type DescribeOptions } from "./introspect/describe.ts";
export type { HiddenOptions } from "./introspect/answer_document.ts";
export type { ServedStats } from "./introspect/stats_handler.ts";
export type { DurationHistogram } from "./introspect/duration_histogram.ts";
export type {
  InterfaceStats,
  ServerStats,
  ServiceStats,
  StatsListener,
} from "./introspect/interface_stats.ts";
export { serverStats } from "./introspect/server_stats.ts";
export type { DocumentOptions } from "./introspect/read_document.ts";
export type {
  ProgramInfo,
  ServedDescription,
  ServerDescription,
} from "./introspect/server_description.ts";
export type { Senders } from "./messages/send_methods.ts";
export type {
  SchemaInput,
  SchemaOutput,
  StandardSchema,
  StandardSchemaIssue,
  StandardSchemaProps,
  StandardSchemaResult,
} from "./declare/standard_schema.ts";
export { TypedReceivedRequest } from "./server/typed_received_request.ts";
export { TypedReceivedRequestWriteHandle } from "./server/typed_received_request_write_handle.ts";
export { TypedSentRequest } from "./client/typed_sent_request.ts";
export { TypedSentRequestWriteHandle } from "./client/typed_sent_request_write_handle.ts";
export type * from "./declare/body_types.ts";
export type * from "./declare/stream_types.ts";
export { Broadcast, type BroadcastOptions } from "./streams/broadcast.ts";
export type { BroadcastMember } from "./streams/broadcast_member.ts";
export {
  InterfaceStream,
  type InterfaceStreams,
  type StreamSendOptions,
} from "./streams/interface_stream.ts";
export type { HandledStream } from "./streams/handle_stream.ts";
export type { ReceivedStream } from "./streams/received_stream.ts";
