import type {
  BodyInput,
  PeerHandle,
  ReceivedRequestHandle,
  SentRequestHandle,
} from "../../mod.ts";
import { Message, MessageHeader, StreamBody } from "../../mod.ts";
import { accepts, compiles } from "./support.ts";

Deno.test("Strings, bytes and objects with data are bodies", () => {
  const bytes = new Uint8Array(4);
  accepts<BodyInput>("text");
  accepts<BodyInput>(bytes);
  accepts<BodyInput>(bytes as Uint8Array<ArrayBufferLike>);
  accepts<BodyInput>(bytes.buffer);
  accepts<BodyInput>(new DataView(bytes.buffer));
  accepts<BodyInput>(new Float64Array(1));
  accepts<BodyInput>(new Uint8Array(new SharedArrayBuffer(4)));
  accepts<BodyInput>(new StreamBody("text"));
  accepts<BodyInput>({ data: "text" });
  accepts<BodyInput>({ data: bytes });
  accepts<BodyInput>({ data: bytes.buffer } as const);
});

Deno.test("Anything else is no body", () => {
  // @ts-expect-error a number is no body
  accepts<BodyInput>(5);
  // @ts-expect-error a bigint is no body
  accepts<BodyInput>(5n);
  // @ts-expect-error a boolean is no body
  accepts<BodyInput>(true);
  // @ts-expect-error null is no body
  accepts<BodyInput>(null);
  // @ts-expect-error undefined is no body
  accepts<BodyInput>(undefined);
  // @ts-expect-error an object without data is no body
  accepts<BodyInput>({});
  // @ts-expect-error a list of numbers is no body
  accepts<BodyInput>([1, 2]);
  // @ts-expect-error data is text or bytes
  accepts<BodyInput>({ data: 5 });
  // @ts-expect-error data is there
  accepts<BodyInput>({ data: undefined });
  // @ts-expect-error data isn't a body in a body
  accepts<BodyInput>({ data: { data: "text" } });
  // @ts-expect-error a promise has to be awaited
  accepts<BodyInput>(Promise.resolve("text"));
  // @ts-expect-error a Blob has to be read first
  accepts<BodyInput>(new Blob([]));
});

Deno.test("Descriptors on a byte stream don't compile where they are written down", () => {
  // @ts-expect-error a byte stream carries no descriptors
  accepts<BodyInput>({ data: "text", fds: [1] });
  // @ts-expect-error a descriptor is no list of them either
  accepts<BodyInput>({ data: "text", fds: 1 });
});

Deno.test("Every way to send takes bodies, and nothing else", () => {
  compiles(async (
    peer: PeerHandle,
    sent: SentRequestHandle,
    received: ReceivedRequestHandle,
    body: BodyInput,
  ) => {
    await peer.sendRequest(1, body);
    await peer.sendStream(1, body);
    await peer.call(1, body, { onAbort: { serviceId: 1, body } });
    await sent.sendUpdate(1, body);
    await received.sendUpdate(1, body);
    await received.sendResponse(1, body);
    await sent.writeHandle().sendUpdate(1, body);
    await received.writeHandle().sendUpdate(1, body);
    // @ts-expect-error a number is no body
    await peer.sendRequest(1, 5);
    // @ts-expect-error a number is no body
    await peer.sendStream(1, 5);
    // @ts-expect-error a number is no body
    await peer.call(1, 5);
    // @ts-expect-error a number is no body
    await peer.call(1, "", { onAbort: { serviceId: 1, body: 5 } });
    // @ts-expect-error a number is no body
    await sent.sendUpdate(1, 5);
    // @ts-expect-error a number is no body
    await received.sendUpdate(1, 5);
    // @ts-expect-error a number is no body
    await received.sendResponse(1, 5);
    // @ts-expect-error an error response is text
    await received.sendErrorResponse(new Uint8Array(1));
    // @ts-expect-error a body is needed, if only ""
    await peer.sendRequest(1);
    // @ts-expect-error a service id is a number
    await peer.sendRequest("1", "");
  });
});

Deno.test("A message has a header and a body, not what a body is made of", () => {
  const header = new MessageHeader(0, 1, 2);
  accepts<Message>(new Message(header, new StreamBody("text")));
  compiles(() => {
    // @ts-expect-error a string isn't a body yet
    new Message(header, "text");
    // @ts-expect-error 5 is no message type
    return new MessageHeader(5, 1, 2);
  });
});
