import { MessageType, RpcError } from "../../mod.ts";
import type {
  Endian,
  MessageDecoderStream,
  MessageEncoderStream,
  RpcErrorCode,
  serviceId,
  StreamBody,
} from "../../mod.ts";
import { type Message, MessageHeader } from "../../protocol/mod.ts";
import { accepts, compiles, type Equal, holds } from "./support.ts";

type Bytes = Uint8Array<ArrayBuffer>;

Deno.test("The codes of RpcError are those that are documented", () => {
  holds<
    Equal<
      RpcErrorCode,
      | "connection-closed"
      | "connection-aborted"
      | "message-too-short"
      | "invalid-message-type"
      | "payload-too-large"
      | "too-many-fds"
      | "invalid-shared-memory"
      | "duplicate-request-id"
      | "unknown-request-id"
      | "unexpected-message-type"
      | "unexpected-service-id"
      | "no-free-request-id"
      | "request-closed"
      | "encode-failed"
      | "decode-failed"
      | "remote-error"
      | "deadline-exceeded"
      | "limit-exceeded"
    >
  >();
  compiles((error: RpcError) => {
    holds<Equal<typeof error.code, RpcErrorCode>>();
    holds<Equal<typeof error.fatal, boolean>>();
    holds<Equal<typeof error.side, "local" | "remote">>();
    holds<Equal<typeof error.limit, number | undefined>>();
    accepts<Error>(error);
    // @ts-expect-error the code stays as it is
    error.code = "remote-error";
    // @ts-expect-error no such code
    return new RpcError("timeout", "Too late");
  });
});

Deno.test("Message types are the numbers of the wire", () => {
  holds<Equal<MessageType, 0 | 1 | 2 | 3 | 4>>();
  holds<Equal<(typeof MessageType)["Request"], 0>>();
  holds<Equal<(typeof MessageType)["Response"], 1>>();
  holds<Equal<(typeof MessageType)["RequesterUpdate"], 2>>();
  holds<Equal<(typeof MessageType)["ResponderUpdate"], 3>>();
  holds<Equal<(typeof MessageType)["Stream"], 4>>();
  holds<Equal<(typeof serviceId)["ERROR"], -1>>();
  holds<Equal<Endian, "little" | "big" | "native">>();
  compiles(() => {
    // @ts-expect-error the numbers stay as they are
    MessageType.Request = 1;
  });
});

Deno.test("A header encodes to bytes and decodes from bytes", () => {
  compiles((bytes: Uint8Array, header: MessageHeader) => {
    const encoded = MessageHeader.encode(header, "native");
    holds<Equal<typeof encoded, Bytes>>();
    const decoded = MessageHeader.decode(bytes);
    holds<Equal<typeof decoded, MessageHeader>>();
    holds<Equal<typeof decoded.type, MessageType>>();
    // @ts-expect-error a header stays as it is
    header.requestId = 1;
  });
});

Deno.test("The framing streams go from bytes to messages, and back", () => {
  compiles((decoder: MessageDecoderStream, encoder: MessageEncoderStream) => {
    accepts<TransformStream<Bytes, Message>>(decoder);
    accepts<TransformStream<Message, Bytes>>(encoder);
    const messages = new ReadableStream<Bytes>().pipeThrough(decoder);
    holds<Equal<typeof messages, ReadableStream<Message<StreamBody>>>>();
    const bytes = messages.pipeThrough(encoder);
    holds<Equal<typeof bytes, ReadableStream<Bytes>>>();
  });
});
